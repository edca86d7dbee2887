/** A stretch of network that is as slow and as lossy as one likes, for trying out sites that are far from each other. */
package org.nearzero.examples.link;
