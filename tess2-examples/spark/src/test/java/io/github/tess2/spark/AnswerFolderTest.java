package io.github.tess2.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cluster.class)
class AnswerFolderTest {
  @TempDir private Path folder;

  private static SparkGenerator.Builder settings() {
    return SparkGenerator.builder().threads(1).steps(2).length(24).keyColumn("id");
  }

  private static Dataset<Row> sums(int count) {
    return Questions.sums(count).drop("seed");
  }

  private Map<Long, String> written(Path answers) {
    List<Row> rows = Cluster.spark().read().parquet(answers.toString()).collectAsList();
    return rows.stream().collect(Collectors.toMap(row -> row.getAs("id"), Row::mkString));
  }

  private static List<Path> files(Path answers) throws IOException {
    try (Stream<Path> all = Files.list(answers)) {
      return all.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  @Test
  void secondCall_answersOnlyWhatIsMissing() throws IOException {
    Path answers = folder.resolve("answers");
    Path atOnce = folder.resolve("at-once");
    assertThat(settings().build().write(sums(5), answers.toString(), 3)).isEqualTo(5);
    List<Path> before = files(answers);

    assertThat(settings().build().write(sums(9), answers.toString(), 100)).isEqualTo(4);

    assertThat(files(answers)).containsAll(before);
    assertThat(settings().build().write(sums(9), answers.toString(), 100)).isZero();
    settings().build().write(sums(9), atOnce.toString(), 100);
    assertThat(written(answers)).hasSize(9).isEqualTo(written(atOnce));
  }

  @Test
  void jobThatFails_keepsThePartsThatAreDone() throws IOException {
    Path answers = folder.resolve("answers");
    Cluster.spark()
        .udf()
        .register(
            "broken_above",
            (Long id, String prompt) -> {
              if (id >= 100) {
                throw new IllegalStateException("the disk of prompt " + id + " is gone");
              }
              return prompt;
            },
            org.apache.spark.sql.types.DataTypes.StringType);
    assertThat(settings().build().write(sums(4), answers.toString(), 2)).isEqualTo(4);
    Map<Long, String> done = written(answers);
    Dataset<Row> broken =
        sums(6)
            .selectExpr("if(id < 4, id, id + 100) as id", "prompt")
            .selectExpr("id", "broken_above(id, prompt) as prompt");

    assertThatThrownBy(() -> settings().build().write(broken, answers.toString(), 2))
        .hasStackTraceContaining("is gone");

    assertThat(written(answers)).isEqualTo(done);
    assertThat(settings().build().write(sums(6), answers.toString(), 2)).isEqualTo(2);
  }

  @Test
  void otherSettings_areRefused() {
    String answers = folder.resolve("answers").toString();
    settings().build().write(sums(1), answers, 10);

    assertThatThrownBy(() -> settings().seed(5).build().write(sums(2), answers, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must be those of the answers in " + answers)
        .hasMessageEndingWith("(\"seed=0\"), but are: \"seed=5\"");
    assertThatThrownBy(() -> settings().steps(3).build().write(sums(2), answers, 10))
        .hasMessageContaining("steps=3");
  }

  @Test
  void folderOfSomethingElse_isRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("notes.txt"), "mine");

    assertThatThrownBy(() -> settings().build().write(sums(1), folder.toString(), 10))
        .hasMessageContaining("must be new, empty or contain earlier answers, but is: " + folder);
    assertThat(file).hasContent("mine");
    assertThat(folder.resolve("_tess2_settings")).doesNotExist();
  }

  @Test
  void generatorWithoutKey_isRefused() {
    assertThatThrownBy(() -> SparkGenerator.builder().build().write(sums(1), folder.toString(), 10))
        .hasMessageContaining("the key column must be set");
    assertThatThrownBy(() -> settings().build().write(sums(1), folder.toString(), 0))
        .hasMessage("rows per part must be greater than zero, but is: 0");
  }
}
