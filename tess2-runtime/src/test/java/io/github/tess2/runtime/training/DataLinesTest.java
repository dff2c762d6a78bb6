package io.github.tess2.runtime.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.primitives.Ints;
import io.github.tess2.Tess2Exception;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DataLinesTest {
  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  private static List<String> epoch(DataLines lines, int epoch) {
    return LongStream.range((long) epoch * lines.count(), (epoch + 1L) * lines.count())
        .mapToObj(index -> lines.at(index).text())
        .toList();
  }

  @Test
  void lines_blankAndUnended_keepTheirNumbers() throws IOException {
    Path one = file("one.jsonl", "ä\n\n  \r\nb\r\n");
    Path two = file("two.jsonl", "\nlast");
    try (DataLines lines = DataLines.open("training data", List.of(one, two), 1)) {
      assertThat(IntStream.range(0, lines.count()).mapToObj(lines::read))
          .containsExactly(
              new DataLines.Line(one, 1, "ä"),
              new DataLines.Line(one, 4, "b\r"),
              new DataLines.Line(two, 2, "last"));
    }
  }

  @Test
  void lines_behindAByteOrderMark_doNotHaveIt() throws IOException {
    Path marked = file("marked.jsonl", "\ufeffä\nb\n");
    Path tiny = file("tiny.jsonl", "1");
    try (DataLines lines = DataLines.open("training data", List.of(marked, tiny), 1)) {
      assertThat(IntStream.range(0, lines.count()).mapToObj(lines::read))
          .containsExactly(
              new DataLines.Line(marked, 1, "ä"),
              new DataLines.Line(marked, 2, "b"),
              new DataLines.Line(tiny, 1, "1"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE"})
  void open_utf16_saysWhatItLooksLike(String charset) throws IOException {
    Path file = folder.resolve("wide.jsonl");
    Files.writeString(file, "{}\n", Charset.forName(charset));

    assertThatThrownBy(() -> DataLines.open("training data", List.of(file), 1))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("training data must be text in UTF-8, but looks like UTF-16: " + file);
  }

  @Test
  void epoch_any_hasEveryLineOnceInAnotherOrder() throws IOException {
    List<String> all = IntStream.range(0, 100).mapToObj(i -> "line " + i).toList();
    Path file = file("data.jsonl", String.join("\n", all));
    try (DataLines lines = Data.open(file, 1);
        DataLines same = Data.open(file, 1);
        DataLines other = Data.open(file, 2)) {
      List<String> first = epoch(lines, 0);
      assertThat(first).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(all);
      assertThat(epoch(lines, 1))
          .containsExactlyInAnyOrderElementsOf(all)
          .isNotEqualTo(first)
          .isNotEqualTo(all);
      assertThat(epoch(same, 0)).isEqualTo(first);
      assertThat(epoch(other, 0)).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 65, 1000})
  void shuffle_anyCount_isAPermutation(int count) {
    for (long seed = 0; seed < 5; seed++) {
      assertThat(Ints.asList(Shuffle.order(count, seed)))
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
    }
  }

  /** Each of 8 lines should stand at each place in an eighth of 8000 orders. */
  @Test
  void shuffle_manySeeds_favorsNoLine() {
    int[] counts = new int[64];
    for (int seed = 0; seed < 8000; seed++) {
      int[] order = Shuffle.order(8, seed);
      for (int place = 0; place < 8; place++) {
        counts[place * 8 + order[place]]++;
      }
    }
    // Five standard deviations of a binomial distribution.
    assertThat(Ints.asList(counts)).allSatisfy(count -> assertThat(count).isBetween(852, 1148));
  }

  @Test
  void open_nothingInIt_isNamed() throws IOException {
    Path empty = file("empty.jsonl", " \n\n");
    assertThatThrownBy(() -> DataLines.open("evaluation data", List.of(empty), 1))
        .isInstanceOf(Tess2Exception.class)
        .hasMessage("evaluation data must have at least one line, but has none: [" + empty + "]");
  }

  @Test
  void open_noFile_isNamed() {
    Path missing = folder.resolve("missing.jsonl");
    assertThatThrownBy(() -> Data.open(missing, 1))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageStartingWith("training data cannot be read: " + missing);
  }

  @Test
  void closeAll_filesThatFail_closesTheOthersAndTellsAllFailures() {
    List<String> closed = new ArrayList<>();
    List<Closeable> files =
        List.of(
            () -> closed.add("first"),
            () -> {
              throw new IOException("second");
            },
            () -> {
              throw new IOException("third");
            },
            () -> closed.add("fourth"));

    assertThatThrownBy(() -> DataLines.closeAll(files))
        .isInstanceOf(IOException.class)
        .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactlyInAnyOrder("first", "fourth");
  }

  @Test
  void read_notUtf8_isNamed() throws IOException {
    Path file =
        Files.write(folder.resolve("latin.jsonl"), "{}\n{\"text\":\"ä\"}".getBytes(ISO_8859_1));
    try (DataLines lines = Data.open(file, 1)) {
      assertThat(lines.read(0).text()).isEqualTo("{}");
      assertThatThrownBy(() -> lines.read(1))
          .isInstanceOf(Tess2Exception.class)
          .hasMessage(file + ", line 2: a line must be UTF-8 text, but is not");
    }
  }
}
