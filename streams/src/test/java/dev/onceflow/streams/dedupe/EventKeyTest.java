package dev.onceflow.streams.dedupe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventKeyTest {
  private MessageDigest sha256;

  @BeforeEach
  void makeADigest() throws NoSuchAlgorithmException {
    sha256 = MessageDigest.getInstance("SHA-256");
  }

  @Test
  void aCanonicalUuidIsItsOwnKey() {
    UUID id = UUID.fromString("0192f5a1-7b3c-7def-8abc-0123456789ab");

    ByteBuffer key = ByteBuffer.wrap(key(id.toString()).get());

    assertThat(new UUID(key.getLong(), key.getLong())).isEqualTo(id);
  }

  @Test
  void stringsThatOnlyLookLikeTheSameUuidAreOtherEventIds() {
    Set<Bytes> keys = new HashSet<>();
    String id = "0192f5a1-7b3c-7def-8abc-0123456789ab";

    keys.add(key(id));
    keys.add(key(id.toUpperCase(java.util.Locale.ROOT)));
    keys.add(key(id.replace("-", "")));
    keys.add(key(id + " "));
    keys.add(key("0192f5a1-7b3c-7def-8abc-0123456789ag"));
    keys.add(key("0192f5a1+7b3c-7def-8abc-0123456789ab"));

    assertThat(keys).hasSize(6);
  }

  @Test
  void noUuidIsTheKeyOfAnotherString() {
    ByteBuffer hashed = ByteBuffer.wrap(key("order-42").get());
    String forged = new UUID(hashed.getLong(), hashed.getLong()).toString();

    assertThat(key(forged)).isNotEqualTo(key("order-42"));
  }

  @Test
  void everyKeyHas16BytesAndIsAFunctionOfTheId() {
    for (String id : new String[] {"", "a", "order-42", "ünï", UUID.randomUUID().toString()}) {
      assertThat(key(id).get()).hasSize(16).isEqualTo(key(id).get());
    }
  }

  @Test
  void onlyAUuidOfVersion7HasATimeInside() {
    assertThat(time("0192f5a1-7b3c-7def-8abc-0123456789ab")).isEqualTo(0x0192f5a17b3cL);
    assertThat(time("0192F5A1-7B3C-7DEF-8ABC-0123456789AB")).isEqualTo(0x0192f5a17b3cL);
    assertThat(time("0192f5a1-7b3c-4def-8abc-0123456789ab")).isEqualTo(EventKey.NO_TIME);
    assertThat(time("0192f5a1-7b3c-7def-cabc-0123456789ab")).isEqualTo(EventKey.NO_TIME);
    assertThat(time("0192f5a17b3c7def8abc0123456789ab")).isEqualTo(EventKey.NO_TIME);
    assertThat(time("order-42")).isEqualTo(EventKey.NO_TIME);
  }

  private long time(String id) {
    return EventKey.of(id, sha256).timeMs();
  }

  private Bytes key(String id) {
    return EventKey.of(id, sha256).bytes();
  }
}
