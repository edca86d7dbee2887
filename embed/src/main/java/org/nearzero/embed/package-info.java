/** Nearzero in a plain Java host: {@link org.nearzero.embed.Nearzero#builder()}. No framework, no thread unasked. */
package org.nearzero.embed;
