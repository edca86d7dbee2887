/** The policy engine and its Declarative Services shell. */
package org.nearzero.policy.internal;
