package io.github.tess2.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.tess2.PluginException;
import io.github.tess2.contract.Providers;
import java.util.ServiceConfigurationError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PluginsTest {
  @RegisterExtension final Providers providers = new Providers();

  @Test
  void named_installed_isItsPlugin() throws Exception {
    providers.install(Fruit.class, Apple.class, Pear.class);

    assertThat(Plugins.of(Fruit.class).named("pear")).isInstanceOf(Pear.class);
  }

  @Test
  void named_inAnotherCase_isItsPlugin() throws Exception {
    providers.install(Fruit.class, Apple.class, Pear.class);

    assertThat(Plugins.of(Fruit.class).named("PEAR")).isInstanceOf(Pear.class);
  }

  @Test
  void named_missing_tellsTypeNameChoiceAndRemedy() throws Exception {
    providers.install(Fruit.class, Pear.class, Apple.class);

    Plugins<Fruit> plugins = Plugins.of(Fruit.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> plugins.named("plum"))
        .withMessage(
            "no Fruit is named \"plum\"; there are [apple, pear]. Add the jar that provides it"
                + " (META-INF/services/"
                + Fruit.class.getName()
                + ") to the class path");
  }

  @Test
  void named_null_isRejected() {
    Plugins<Fruit> plugins = Plugins.of(Fruit.class);

    assertThatNullPointerException().isThrownBy(() -> plugins.named(null)).withMessage("name");
  }

  @Test
  void of_null_isRejected() {
    assertThatNullPointerException().isThrownBy(() -> Plugins.of(null)).withMessage("type");
  }

  @Test
  void names_several_areInOrder() throws Exception {
    providers.install(Fruit.class, Pear.class, Apple.class);

    assertThat(Plugins.of(Fruit.class).names()).containsExactly("apple", "pear");
  }

  @Test
  void names_nothingInstalled_areNone() {
    assertThat(Plugins.of(Fruit.class).names()).isEmpty();
  }

  @Test
  void names_withoutContextClassLoader_areThoseOfTheLibrarysOwn() throws Exception {
    providers.install(Fruit.class, Apple.class);

    Thread.currentThread().setContextClassLoader(null);

    assertThat(Plugins.of(Fruit.class).names()).isEmpty();
  }

  @Test
  void only_ofOne_isIt() throws Exception {
    providers.install(Fruit.class, Apple.class);

    assertThat(Plugins.of(Fruit.class).only()).isInstanceOf(Apple.class);
  }

  @Test
  void only_ofNone_tellsWhatToAdd() {
    Plugins<Fruit> plugins = Plugins.of(Fruit.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(plugins::only)
        .withMessage(
            "no Fruit is installed: add tess2-runtime, or another jar that provides "
                + Fruit.class.getName()
                + ", to the class path");
  }

  @Test
  void only_ofSeveral_listsThem() throws Exception {
    providers.install(Fruit.class, Pear.class, Apple.class);

    Plugins<Fruit> plugins = Plugins.of(Fruit.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(plugins::only)
        .withMessage("choose one Fruit by name; there are [apple, pear]");
  }

  @Test
  void of_twoClassesWithOneName_namesBoth() throws Exception {
    providers.install(Fruit.class, Apple.class, OtherApple.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> Plugins.of(Fruit.class))
        .withMessage(
            "a Fruit's name must be unique, but \"apple\" is both "
                + Apple.class.getName()
                + " and "
                + OtherApple.class.getName());
  }

  @Test
  void of_oneClassRegisteredTwice_isOnePlugin() throws Exception {
    providers.install(Fruit.class, Apple.class, Apple.class);

    assertThat(Plugins.of(Fruit.class).names()).containsExactly("apple");
  }

  @Test
  void of_upperCaseName_isRejected() throws Exception {
    assertNameIsRejected(UpperCase.class, "Quince");
  }

  @Test
  void of_nameWithASpace_isRejected() throws Exception {
    assertNameIsRejected(Spaced.class, "star fruit");
  }

  @Test
  void of_emptyName_isRejected() throws Exception {
    assertNameIsRejected(Unnamed.class, "");
  }

  @Test
  void of_nullName_isRejected() throws Exception {
    assertNameIsRejected(NullNamed.class, "null");
  }

  private void assertNameIsRejected(Class<? extends Fruit> fruit, String name) throws Exception {
    providers.install(Fruit.class, fruit);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> Plugins.of(Fruit.class))
        .withMessage(
            "the name of a Fruit must match [a-z0-9][a-z0-9._-]*, but "
                + fruit.getName()
                + " has: "
                + name);
  }

  @Test
  void of_nameThatThrows_namesTheProvider() throws Exception {
    providers.install(Fruit.class, Rotten.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> Plugins.of(Fruit.class))
        .withMessage(
            "the name of a Fruit could not be asked of "
                + Rotten.class.getName()
                + ": java.lang.IllegalStateException: rotten")
        .withCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void of_constructorThatThrows_namesTheProvider() throws Exception {
    providers.install(Fruit.class, Unripe.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> Plugins.of(Fruit.class))
        .withMessageStartingWith("a provider of " + Fruit.class.getName() + " could not be made")
        .withMessageContaining(Unripe.class.getName())
        .withCauseInstanceOf(ServiceConfigurationError.class)
        .withRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void of_providerOfAnotherType_namesTheProvider() throws Exception {
    providers.install(Fruit.class, Stone.class);

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> Plugins.of(Fruit.class))
        .withMessageStartingWith("a provider of " + Fruit.class.getName() + " could not be made")
        .withMessageContaining(Stone.class.getName() + " not a subtype");
  }

  @Test
  void of_providerThatLacksAClass_namesWhatIsMissing() throws Exception {
    providers.installUnlinkable(Fruit.class, Apple.class, "com/example/Branch");

    assertThatExceptionOfType(PluginException.class)
        .isThrownBy(() -> Plugins.of(Fruit.class))
        .withMessage(
            "a provider of "
                + Fruit.class.getName()
                + " could not be made: java.lang.NoClassDefFoundError: com/example/Branch");
  }

  /** An extension point for these tests. */
  public interface Fruit extends Plugin {}

  /** A plugin. */
  public static final class Apple implements Fruit {
    @Override
    public String name() {
      return "apple";
    }
  }

  /** Another plugin. */
  public static final class Pear implements Fruit {
    @Override
    public String name() {
      return "pear";
    }
  }

  /** A plugin whose name is already taken. */
  public static final class OtherApple implements Fruit {
    @Override
    public String name() {
      return "apple";
    }
  }

  /** A plugin with a malformed name. */
  public static final class UpperCase implements Fruit {
    @Override
    public String name() {
      return "Quince";
    }
  }

  /** A plugin with a malformed name. */
  public static final class Spaced implements Fruit {
    @Override
    public String name() {
      return "star fruit";
    }
  }

  /** A plugin with a malformed name. */
  public static final class Unnamed implements Fruit {
    @Override
    public String name() {
      return "";
    }
  }

  /** A plugin without a name. */
  public static final class NullNamed implements Fruit {
    @Override
    public String name() {
      return null;
    }
  }

  /** A plugin whose name method fails. */
  public static final class Rotten implements Fruit {
    @Override
    public String name() {
      throw new IllegalStateException("rotten");
    }
  }

  /** A plugin whose constructor fails. */
  public static final class Unripe implements Fruit {
    /** Fails. */
    public Unripe() {
      throw new IllegalStateException("unripe");
    }

    @Override
    public String name() {
      return "unripe";
    }
  }

  /** Not a plugin of this extension point. */
  public static final class Stone {}
}
