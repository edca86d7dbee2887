/** The SPI of container drivers: a small core, grown by optional interfaces. Implemented by third parties. */
@Export
@Version("0.1.0")
package org.nearzero.api.driver;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
