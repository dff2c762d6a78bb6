package io.github.tess2.langchain4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Checks this module's border. The command line's ArchitectureTest does not see this module. */
class BorderTest {
  @Test
  void module_usesThePublicApiAndWhatAdaptersShareOnly() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.github.tess2..")
                .and(
                    not(
                        resideInAnyPackage(
                            "io.github.tess2",
                            "io.github.tess2.spi",
                            "io.github.tess2.examples.text",
                            "io.github.tess2.langchain4j"))))
        .check(
            new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.github.tess2.langchain4j"));
  }
}
