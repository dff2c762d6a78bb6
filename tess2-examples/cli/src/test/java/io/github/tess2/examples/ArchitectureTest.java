package io.github.tess2.examples;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import io.github.tess2.runtime.checkpoint.StrictJson;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checks the borders between modules and between packages. */
class ArchitectureTest {
  /** These packages refer to each other: builders take plugins, and plugins receive requests. */
  private static final Set<String> API =
      Set.of("io.github.tess2", "io.github.tess2.spi", "io.github.tess2.training");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.tess2");

  @Test
  void packages_haveNoCycles() {
    slices().assignedFrom(new ByPackage()).should().beFreeOfCycles().check(CLASSES);
  }

  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass type) {
      String name = type.getPackageName();
      return SliceIdentifier.of(API.contains(name) ? "the API" : name);
    }

    @Override
    public String getDescription() {
      return "packages, the API's as one";
    }
  }

  @Test
  void api_knowsNothingOfWhatImplementsOrUsesIt() {
    noClasses()
        .that()
        .resideInAnyPackage(API.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.github.tess2.runtime..", "io.github.tess2.guidance..", "io.github.tess2.examples..")
        .check(CLASSES);
  }

  @Test
  void guidances_useThePublicApiOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.github.tess2.guidance..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.github.tess2.runtime..", "io.github.tess2.examples..")
        .check(CLASSES);
  }

  @Test
  void runtime_knowsNoGuidanceAndNoExample() {
    noClasses()
        .that()
        .resideInAPackage("io.github.tess2.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.github.tess2.guidance..", "io.github.tess2.examples..")
        .check(CLASSES);
  }

  /** The strict JSON parser belongs to the runtime, but does not depend on models. */
  @Test
  void serverAndWhatAdaptersShare_useThePublicApiAndTheStrictParserOnly() {
    noClasses()
        .that()
        .resideInAnyPackage("io.github.tess2.examples.server..", "io.github.tess2.examples.text..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.tess2.runtime..").and(not(equivalentTo(StrictJson.class))))
        .check(CLASSES);
  }

  /** All commands use the runtime's messages about unusable files. */
  @Test
  void commandLine_usesNoRuntimeInternals() {
    noClasses()
        .that()
        .resideInAPackage("io.github.tess2.examples.cli..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.tess2.runtime..")
                .and(not(resideInAPackage("io.github.tess2.runtime.files"))))
        .check(CLASSES);
  }

  @Test
  void tasksAndMeasurements_knowNothingOfTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.tess2.examples.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.github.tess2.examples.cli..")
        .check(CLASSES);
  }
}
