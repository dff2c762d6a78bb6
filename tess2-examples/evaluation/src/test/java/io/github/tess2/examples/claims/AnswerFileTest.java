package io.github.tess2.examples.claims;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.github.tess2.Tess2Exception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AnswerFileTest {
  @TempDir Path folder;

  private static JsonObject settings(int steps) {
    JsonObject settings = new JsonObject();
    settings.addProperty("steps", steps);
    return settings;
  }

  @Test
  void open_damagedSettings_namesTheFileAndLeavesIt() throws IOException {
    Path file = Files.writeString(folder.resolve("settings.json"), "{\"steps\": 5");

    assertThatThrownBy(() -> AnswerFile.open(folder, settings(5)))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageStartingWith(
            file + ": must be the settings of the answers in its folder, but is not JSON (")
        .hasMessageEndingWith("); choose another folder");
    assertThat(file).hasContent("{\"steps\": 5");
  }

  @Test
  void open_otherSettings_isRefused() throws IOException {
    AnswerFile.open(folder, settings(5)).close();

    assertThatThrownBy(() -> AnswerFile.open(folder, settings(6)))
        .isInstanceOf(Tess2Exception.class)
        .hasMessageContaining("must hold answers of the same settings");
  }

  @Test
  void open_sameSettings_goesOn() throws IOException {
    AnswerFile.open(folder, settings(5)).close();

    try (AnswerFile again = AnswerFile.open(folder, settings(5))) {
      assertThat(again.answers()).isEmpty();
    }
  }
}
