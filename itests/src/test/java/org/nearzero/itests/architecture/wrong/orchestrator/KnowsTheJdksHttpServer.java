package org.nearzero.itests.architecture.wrong.orchestrator;

import com.sun.net.httpserver.HttpServer;

/** Knows what only the management may. */
public record KnowsTheJdksHttpServer(HttpServer server) {}
