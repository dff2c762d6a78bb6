package io.github.tess2.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Cluster.class)
class GenerateJobTest {
  @TempDir private Path folder;

  @Test
  void answersAFileOfPrompts() throws IOException {
    Path prompts = folder.resolve("prompts.jsonl");
    Files.write(
        prompts,
        List.of(
            "{\"name\": \"a\", \"question\": \"" + Questions.sum(1) + "\"}",
            "{\"name\": \"b\", \"question\": \"\"}"));
    String answers = folder.resolve("answers").toString();
    StringWriter out = new StringWriter();

    int status =
        GenerateJob.run(
            new PrintWriter(out),
            new PrintWriter(out),
            "--input",
            prompts.toString(),
            "--format",
            "json",
            "--prompt",
            "question",
            "--key",
            "name",
            "--output",
            answers,
            "--steps",
            "2",
            "--length",
            "24",
            "--threads",
            "1");

    assertThat(status).isZero();
    assertThat(out.toString())
        .isEqualTo("2 rows answered now, 2 in " + answers + ", of which 1 have an error\n");
    List<Row> rows = Cluster.spark().read().parquet(answers).orderBy("name").collectAsList();
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).<String>getAs("answer")).isNotBlank();
    assertThat(rows.get(1).<String>getAs("error")).contains("must not be blank");
  }

  @Test
  void wrongArgument_isToldInOneLine() {
    StringWriter err = new StringWriter();
    PrintWriter printer = new PrintWriter(err);

    int status =
        GenerateJob.run(
            printer, printer, "--input", "x", "--key", "id", "--output", "y", "--steps", "0");

    assertThat(status).isEqualTo(2);
    assertThat(err.toString().strip()).isEqualTo("steps must be greater than zero, but is: 0");
  }
}
