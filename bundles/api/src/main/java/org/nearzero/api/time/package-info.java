/** What time it is, for everything that waits for a time to come. */
@Export
@Version("0.1.0")
package org.nearzero.api.time;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
