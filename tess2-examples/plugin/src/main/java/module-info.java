import com.example.tess2plugin.NoRepeats;
import com.example.tess2plugin.QuadraticSchedule;
import com.example.tess2plugin.SureFirstSampler;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.RewardProvider;
import io.github.tess2.spi.Sampler;

/** A third party's plugin. It needs only the API, and is found by name. */
// The digit is part of the product's name.
@SuppressWarnings("module")
module com.example.tess2plugin {
  requires static com.google.auto.service;
  requires io.github.tess2;

  provides NoiseSchedule with
      QuadraticSchedule;
  provides RewardProvider with
      NoRepeats.Provider;
  provides Sampler with
      SureFirstSampler;
}
