package org.nearzero.itests.architecture.wrong.orchestrator;

import com.github.dockerjava.api.DockerClient;

/** Knows what only the Docker driver may. */
public record KnowsDocker(DockerClient client) {}
