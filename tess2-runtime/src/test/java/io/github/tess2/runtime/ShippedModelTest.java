package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationResult;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShippedModelTest {
  @Test
  void build_withoutModel_answersWithTheOneInside() {
    try (DiffusionLM lm =
        DiffusionLM.builder().device(ComputeDevice.CPU).steps(4).seed(1).build()) {
      GenerationResult result = lm.generate("What is 17 + 25?");
      assertThat(lm.info().vocabularySize()).isEqualTo(lm.tokenizer().size());
      assertThat(result.steps()).isEqualTo(4);
      assertThat(result.text()).isNotBlank();
    }
  }

  @Test
  void close_unpacked_leavesNoFolder() {
    Path folder;
    try (ShippedModel model = ShippedModel.unpack()) {
      folder = model.folder();
      assertThat(folder.resolve("model.safetensors")).isRegularFile();
    }
    assertThat(folder).doesNotExist();
  }
}
