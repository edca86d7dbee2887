/** The policy engine: the pure decision, third parties' rules around it, and the operator's configuration. */
package org.nearzero.policy.internal;
