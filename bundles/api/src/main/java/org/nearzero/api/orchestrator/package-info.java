/** The service through which applications are handed over, watched and taken back. */
@Export
@Version("0.3.0")
package org.nearzero.api.orchestrator;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
