/**
 * Contract tests: what every plugin of an extension point must do, as tests to inherit.
 *
 * <p>A plugin's author adds the test-jar of {@code tess2-api} with JUnit Jupiter and AssertJ in
 * test scope, and names the plugin:
 *
 * <pre>{@code
 * class MyScheduleTest extends NoiseScheduleContractTest {
 *   @Override
 *   protected NoiseSchedule schedule() {
 *     return new MySchedule();
 *   }
 * }
 * }</pre>
 *
 * <p>{@link io.github.tess2.contract.SamplerContractTest}, {@link
 * io.github.tess2.contract.RewardContractTest} and {@link
 * io.github.tess2.contract.GuidanceContractTest} compute with tensors, so they also need a DJL
 * engine in test scope.
 */
@NullMarked
package io.github.tess2.contract;

import org.jspecify.annotations.NullMarked;
