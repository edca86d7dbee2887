/** The values that describe an application, its policy and the operator's policy. Immutable; an invalid one cannot be made. */
@Export
@Version("0.3.0")
package org.nearzero.api.model;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
