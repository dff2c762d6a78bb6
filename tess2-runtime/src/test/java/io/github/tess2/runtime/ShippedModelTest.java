package io.github.tess2.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.github.tess2.ComputeDevice;
import io.github.tess2.DiffusionLM;
import io.github.tess2.GenerationResult;
import io.github.tess2.spi.RewardGuidance;
import io.github.tess2.spi.RewardModel;
import java.io.IOException;
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
    try (ShippedModel model = ShippedModel.unpack(ShippedModel.Kind.DIFFUSION)) {
      folder = model.folder();
      assertThat(folder.resolve("model.safetensors")).isRegularFile();
    }
    assertThat(folder).doesNotExist();
  }

  /** As when a cleaner of temporary files was faster, or Windows lets no one delete a file. */
  @Test
  void close_folderThatCannotBeDeleted_isNoFailure() throws IOException {
    ShippedModel model = ShippedModel.unpack(ShippedModel.Kind.DIFFUSION);
    MoreFiles.deleteRecursively(model.folder(), RecursiveDeleteOption.ALLOW_INSECURE);

    assertThatCode(model::close).doesNotThrowAnyException();
  }

  @Test
  void openRewardModel_withoutFolder_fitsTheModelInside() {
    try (RewardModel reward = RewardModel.open();
        DiffusionLM lm =
            DiffusionLM.builder()
                .steps(2)
                .guidance(RewardGuidance.builder("shipped", reward).build())
                .build()) {
      assertThat(lm.generate("What is 17 + 25?").reward()).isPresent();
    }
  }
}
