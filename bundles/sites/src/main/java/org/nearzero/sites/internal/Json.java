package org.nearzero.sites.internal;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.BeanProperty;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.ContextualDeserializer;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.nearzero.api.model.AppId;
import org.nearzero.api.model.AppInstanceId;
import org.nearzero.api.model.PopId;
import org.nearzero.api.model.ZoneId;

/**
 * Values as JSON, in what sites say to each other and in what they write down. Names, instants and durations (ISO 8601) are text, what is
 * absent is null or left out. Fields that are not known are passed over: a newer site may say more.
 */
final class Json {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .addModule(module())
            .build();

    private Json() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new IllegalStateException("no JSON of " + value.getClass().getName(), e);
        }
    }

    /** @throws MalformedException if that is no such value */
    static <T> T read(byte[] json, Class<T> type) {
        try {
            T value = MAPPER.readValue(json, type);
            if (value == null) {
                throw new MalformedException("null (expected: " + type.getSimpleName() + ")", null);
            }
            return value;
        } catch (JacksonException e) {
            // The words of the innermost one: what a record says of a value that it refuses, say.
            Throwable cause = e;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            String said = cause instanceof JacksonException j ? j.getOriginalMessage() : cause.getMessage();
            throw new MalformedException(said, e);
        } catch (IOException e) {
            throw new MalformedException(e.toString(), e);
        }
    }

    /** Bytes that are not what was expected of a peer or of the store. */
    static final class MalformedException extends IllegalArgumentException {
        private static final long serialVersionUID = 1L;

        MalformedException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static SimpleModule module() {
        SimpleModule module = new SimpleModule("nearzero");
        text(module, AppId.class, AppId::new);
        text(module, AppInstanceId.class, AppInstanceId::new);
        text(module, PopId.class, PopId::new);
        text(module, ZoneId.class, ZoneId::new);
        text(module, Instant.class, Instant::parse);
        text(module, Duration.class, Duration::parse);
        module.addSerializer(Optional.class, new OptionalSerializer());
        module.addDeserializer(Optional.class, new OptionalDeserializer(null));
        return module;
    }

    private static <T> void text(SimpleModule module, Class<T> type, Function<String, T> parser) {
        module.addSerializer(type, ToStringSerializer.instance);
        module.addDeserializer(type, new FromStringDeserializer<T>(type) {
            private static final long serialVersionUID = 1L;

            @Override
            protected T _deserialize(String value, DeserializationContext context) {
                return parser.apply(value);
            }
        });
        module.addKeyDeserializer(type, new KeyDeserializer() {
            @Override
            public Object deserializeKey(String key, DeserializationContext context) {
                return parser.apply(key);
            }
        });
    }

    @SuppressWarnings("rawtypes") // Jackson's modules take raw classes
    private static final class OptionalSerializer extends JsonSerializer<Optional> {
        @Override
        public void serialize(Optional value, JsonGenerator out, SerializerProvider provider) throws IOException {
            if (value.isPresent()) {
                provider.defaultSerializeValue(value.get(), out);
            } else {
                out.writeNull();
            }
        }
    }

    @SuppressWarnings("rawtypes") // likewise
    private static final class OptionalDeserializer extends JsonDeserializer<Optional>
            implements ContextualDeserializer {
        private final JavaType content;

        OptionalDeserializer(JavaType content) {
            this.content = content;
        }

        @Override
        public JsonDeserializer<?> createContextual(DeserializationContext context, BeanProperty property) {
            JavaType type = context.getContextualType();
            return new OptionalDeserializer(type == null ? null : type.containedTypeOrUnknown(0));
        }

        @Override
        public Optional deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            return Optional.of(context.readValue(parser, content));
        }

        @Override
        public Optional getNullValue(DeserializationContext context) {
            return Optional.empty();
        }

        @Override
        public Object getAbsentValue(DeserializationContext context) {
            return Optional.empty();
        }
    }
}
