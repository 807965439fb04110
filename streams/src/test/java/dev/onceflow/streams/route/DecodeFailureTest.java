package dev.onceflow.streams.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class DecodeFailureTest {
  @Test
  void bytesThatCannotBeReadAreTheRecordsFault() {
    assertThat(DecodeFailure.of(new SerializationException("no magic byte")))
        .isEqualTo(DecodeFailure.ISOLATE);
    assertThat(DecodeFailure.of(new SerializationException("cut", new EOFException())))
        .isEqualTo(DecodeFailure.ISOLATE);
    assertThat(DecodeFailure.of(new SerializationException("odd", new IOException("Invalid int"))))
        .isEqualTo(DecodeFailure.ISOLATE);
  }

  @Test
  void anOutageIsNeverTheRecordsFaultHoweverItIsWrapped() {
    assertThat(DecodeFailure.of(new DisconnectException())).isEqualTo(DecodeFailure.RETRY);
    for (Exception cause :
        new Exception[] {
          new ConnectException("refused"),
          new UnknownHostException("registry"),
          new HttpConnectTimeoutException("late"),
          new RuntimeException(new ConnectException("refused"))
        }) {
      assertThat(DecodeFailure.of(new SerializationException("id 7", cause)))
          .isEqualTo(DecodeFailure.RETRY);
    }
  }

  @Test
  void anythingElseIsABug() {
    assertThat(DecodeFailure.of(new NullPointerException())).isEqualTo(DecodeFailure.FATAL);
  }
}
