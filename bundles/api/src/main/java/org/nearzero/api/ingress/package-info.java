/** What passes between the ingress and the orchestrator: {@code Demand} up, {@code Routes} down; and the plugins of the ingress. */
@Export
@Version("0.3.0")
package org.nearzero.api.ingress;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
