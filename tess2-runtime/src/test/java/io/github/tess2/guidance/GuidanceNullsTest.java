package io.github.tess2.guidance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.reflect.ClassPath;
import com.google.common.testing.NullPointerTester;
import io.github.tess2.spi.Guidance;
import io.github.tess2.spi.Relaxation;
import io.github.tess2.spi.Reward;
import io.github.tess2.spi.RewardInput;
import io.github.tess2.spi.Scale;
import java.lang.reflect.Modifier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Null for each parameter in turn of whatever is public in the guidances that ship. */
class GuidanceNullsTest {
  private static final Reward REWARD = RewardInput::probabilities;
  private static final Guidance GUIDANCE = RewardGuidance.builder("x", REWARD).build();

  private static NullPointerTester tester() {
    return new NullPointerTester()
        .setDefault(String.class, "name")
        .setDefault(int.class, 1)
        .setDefault(double.class, 0.5)
        .setDefault(Reward.class, REWARD)
        .setDefault(Guidance.class, GUIDANCE)
        .setDefault(Relaxation.class, Relaxation.SOFTMAX)
        .setDefault(Scale.class, Scale.constant(1));
  }

  static Stream<Class<?>> types() throws Exception {
    return ClassPath.from(GuidanceNullsTest.class.getClassLoader())
        .getTopLevelClasses("io.github.tess2.guidance")
        .stream()
        .<Class<?>>map(ClassPath.ClassInfo::load)
        .filter(type -> Modifier.isPublic(type.getModifiers()));
  }

  static Stream<Object> instances() {
    return Stream.of(
        GUIDANCE,
        RewardGuidance.builder("x", REWARD),
        WeightedSum.builder().add(1, GUIDANCE).build(),
        WeightedSum.builder(),
        ClassifierFree.of(2),
        BestOf.of(2, REWARD));
  }

  @Test
  void types_found_areAllThereAre() throws Exception {
    assertThat(types())
        .contains(RewardGuidance.class, BestOf.class, WantedWords.class)
        .hasSizeGreaterThan(8);
  }

  @ParameterizedTest
  @MethodSource("types")
  void staticMethod_null_isRefused(Class<?> type) {
    tester().testAllPublicStaticMethods(type);
  }

  @ParameterizedTest
  @MethodSource("instances")
  void method_null_isRefused(Object instance) {
    tester().testAllPublicInstanceMethods(instance);
  }
}
