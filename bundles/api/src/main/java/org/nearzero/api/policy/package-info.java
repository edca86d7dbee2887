/** The decision how many instances an application should have, as a function of values, and the plugins that add to it. */
@Export
@Version("0.2.0")
package org.nearzero.api.policy;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
