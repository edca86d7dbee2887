/** The points of presence of one operator: who they are, what they tell each other, and where applications are served. */
@Export
@Version("0.1.0")
package org.nearzero.api.sites;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
