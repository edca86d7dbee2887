/**
 * The contract of {@link org.nearzero.api.driver.ContainerDriver} and its optional interfaces as JUnit 5 tests. A driver's
 * author extends {@link org.nearzero.driver.tck.ContainerDriverContract} and hands it a
 * {@link org.nearzero.driver.tck.DriverUnderTest}.
 */
package org.nearzero.driver.tck;
