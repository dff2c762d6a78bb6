package io.github.tess2.runtime.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.tess2.PluginException;
import io.github.tess2.contract.Providers;
import io.github.tess2.spi.NoiseSchedule;
import io.github.tess2.spi.Sampler;
import io.github.tess2.spi.SamplerInput;
import io.github.tess2.spi.SamplerStep;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How often the class path is searched for what requests name. */
class RequestPluginsTest {
  @RegisterExtension final Providers providers = new Providers();

  @Test
  void sampler_namedAgain_isFoundWithoutAnotherSearch() throws Exception {
    providers.install(Sampler.class, Counted.class);
    Sampler first = RequestPlugins.sampler("counted");
    int made = Counted.MADE.get();

    assertThat(RequestPlugins.sampler("COUNTED")).isSameAs(first);
    RequestPlugins.sampler("simplex-ddpm");
    RequestPlugins.schedule("linear");

    assertThat(Counted.MADE).hasValue(made);
  }

  @Test
  void schedule_installedSince_isFound() throws Exception {
    providers.install(Sampler.class, Counted.class);
    assertThatThrownBy(() -> RequestPlugins.schedule("pluggable"))
        .isInstanceOf(PluginException.class)
        .hasMessageStartingWith("no NoiseSchedule is named \"pluggable\"");

    providers.install(NoiseSchedule.class, Pluggable.OfSchedule.class);

    assertThat(RequestPlugins.schedule("pluggable")).isInstanceOf(Pluggable.OfSchedule.class);
  }

  @Test
  void sampler_ofAnotherClassLoader_isNotKnownToThisOne() throws Exception {
    providers.install(Sampler.class, Counted.class);
    RequestPlugins.sampler("counted");

    Thread.currentThread()
        .setContextClassLoader(
            new URLClassLoader(new URL[0], RequestPluginsTest.class.getClassLoader()));

    assertThatThrownBy(() -> RequestPlugins.sampler("counted"))
        .hasMessageStartingWith("no Sampler is named \"counted\"");
  }

  /** Counts how often it is made. */
  public static final class Counted implements Sampler {
    static final AtomicInteger MADE = new AtomicInteger();

    /** For {@link java.util.ServiceLoader}. */
    public Counted() {
      MADE.incrementAndGet();
    }

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public SamplerStep step(SamplerInput input) {
      return Pluggable.draw(input);
    }
  }
}
