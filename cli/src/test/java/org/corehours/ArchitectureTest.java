package org.corehours;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** The order of the stages, and who may speak to the world outside. */
@AnalyzeClasses(packages = "org.corehours", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String CORE = "org.corehours.core.";
    private static final String MAIN = "org.corehours.cli.Main";

    /** Every package and the packages of this project it may use; a package not listed here fails the test. */
    private static final Map<String, List<String>> MAY_USE = Map.ofEntries(
            Map.entry(CORE + "quantity", List.of()),
            Map.entry(CORE + "graph", core("quantity")),
            Map.entry(CORE + "step", core("quantity", "graph")),
            Map.entry(CORE + "memory", core("quantity")),
            Map.entry(CORE + "lowering", core("quantity", "graph", "step", "memory")),
            Map.entry(CORE + "hardware", core("quantity")),
            Map.entry(CORE + "timing", core("quantity", "graph", "step", "lowering", "hardware")),
            Map.entry(CORE + "calibration", core("quantity", "lowering", "hardware", "timing")),
            Map.entry(CORE + "simulate", core("quantity", "graph", "step", "memory", "lowering", "hardware", "timing")),
            Map.entry(
                    CORE + "run",
                    core("quantity", "graph", "step", "memory", "lowering", "hardware", "timing", "simulate")),
            Map.entry(
                    CORE + "audit",
                    core("quantity", "graph", "step", "lowering", "hardware", "timing", "simulate", "run")),
            Map.entry("org.corehours.spec", core("quantity")),
            Map.entry("org.corehours.hardware", List.of("org.corehours.core.", "org.corehours.spec")),
            Map.entry(
                    "org.corehours.models",
                    List.of(CORE + "quantity", CORE + "graph", CORE + "step", "org.corehours.spec")),
            Map.entry(
                    "org.corehours.papers",
                    List.of("org.corehours.core.", "org.corehours.spec", "org.corehours.models")),
            Map.entry(
                    "org.corehours.sweep",
                    List.of(
                            "org.corehours.core.",
                            "org.corehours.spec",
                            "org.corehours.models",
                            "org.corehours.papers")),
            Map.entry(
                    "org.corehours.compare",
                    List.of("org.corehours.core.", "org.corehours.spec", "org.corehours.papers")),
            Map.entry(
                    "org.corehours.cli",
                    List.of(
                            "org.corehours.sweep",
                            "org.corehours.compare",
                            "org.corehours.core.",
                            "org.corehours.spec",
                            "org.corehours.hardware",
                            "org.corehours.models",
                            "org.corehours.papers")));

    @ArchTest
    static void aStageUsesEarlierStagesOnly(JavaClasses all) {
        MAY_USE.forEach((name, allowed) -> {
            String[] packages = Stream.concat(Stream.of(name), allowed.stream())
                    .map(each -> each.endsWith(".") ? each + "." : each + "..")
                    .toArray(String[]::new);
            noClasses()
                    .that()
                    .resideInAPackage(name + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.corehours..").and(not(resideInAnyPackage(packages))))
                    .because("a stage never reaches back, and never knows what runs after it")
                    .check(all);
        });
    }

    @ArchTest
    static void everyPackageHasItsPlaceInTheOrder(JavaClasses all) {
        assertThat(all.stream().map(JavaClass::getPackageName).distinct())
                .as("packages of the project: add a new one to MAY_USE, with what it may use")
                .allMatch(name -> MAY_USE.keySet().stream()
                        .anyMatch(known -> name.equals(known) || name.startsWith(known + ".")));
    }

    @ArchTest
    static final ArchRule packagesAreFreeOfCycles =
            slices().matching("org.corehours.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule coreIsPure = classes()
            .that()
            .resideInAPackage("org.corehours.core..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                    "org.corehours.core..",
                    "java.lang..",
                    "java.math..",
                    "java.time..",
                    "java.util..",
                    "org.apache.commons.math3..",
                    "org.jspecify.."))
            .because("the core computes; files, formats and the command line belong to other modules");

    @ArchTest
    static final ArchRule coreIsDeterministic = noClasses()
            .that()
            .resideInAPackage("org.corehours.core..")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .callConstructor(Random.class)
            .because("the same input must give the same output: pass a seed, a date or an option in");

    @ArchTest
    static final ArchRule onlyTheCommandLineUsesPicocli = noClasses()
            .that()
            .resideOutsideOfPackage("org.corehours.cli..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("picocli..")
            .because("a command is a thin shell around the library");

    @ArchTest
    static final ArchRule onlyMainTouchesTheStandardStreams = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(MAIN)
            .should(ACCESS_STANDARD_STREAMS)
            .because("commands write to the writers they are given, so that tests can read them");

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(MAIN)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .because("an exit code is a command's result, and only the program's entry hands it over");

    @ArchTest
    static final ArchRule nothingUsesJavaUtilLogging = NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;

    private static List<String> core(String... packages) {
        return Stream.of(packages).map(each -> CORE + each).toList();
    }
}
