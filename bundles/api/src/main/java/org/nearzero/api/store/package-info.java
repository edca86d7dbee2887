/** What must survive a crash. */
@Export
@Version("0.1.0")
package org.nearzero.api.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
