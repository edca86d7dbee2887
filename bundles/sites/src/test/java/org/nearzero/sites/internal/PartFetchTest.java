package org.nearzero.sites.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nearzero.api.driver.ImageManifest.Part;

/** How one part of an image comes, whatever the line does. */
class PartFetchTest {
    private static final int PIECE = Wire.ImagePiece.LARGEST_PIECE;

    @TempDir
    private Path directory;

    private final List<Long> asked = new CopyOnWriteArrayList<>();

    private PartFetch.Source source(byte[] content, LongPredicate fails) {
        return (digest, offset, bytes) -> {
            asked.add(offset);
            return fails.test(offset)
                    ? CompletableFuture.failedFuture(new IOException("the line is cut"))
                    : CompletableFuture.completedFuture(
                            Arrays.copyOfRange(content, (int) offset, (int) offset + bytes));
        };
    }

    private static Part part(byte[] content) {
        return new Part(FakeImageDriver.digest(content), content.length);
    }

    private Path file(Part part) {
        return directory.resolve(part.fileName());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PIECE - 1, PIECE, PIECE + 1, 7 * PIECE + 3})
    void thePartIsWhatWasSent(int bytes) throws Exception {
        byte[] content = FakeImageDriver.layer(1, bytes);
        Part part = part(content);

        long came = new PartFetch(part, source(content, offset -> false), directory).fetch();

        assertEquals(bytes, came);
        assertArrayEquals(content, Files.readAllBytes(file(part)));
        assertEquals(
                LongStream.iterate(0, at -> at < bytes, at -> at + PIECE)
                        .boxed()
                        .toList(),
                asked);
    }

    @Test
    void whatHasComeIsNotAskedForAgain() throws Exception {
        byte[] content = FakeImageDriver.layer(2, 5 * PIECE);
        Part part = part(content);
        assertThrows(
                ExecutionException.class,
                () -> new PartFetch(part, source(content, offset -> offset >= 3L * PIECE), directory).fetch());
        assertFalse(Files.exists(file(part)));
        assertEquals(3L * PIECE, PartFetch.present(part, directory));
        asked.clear();

        long came = new PartFetch(part, source(content, offset -> false), directory).fetch();

        assertEquals(2L * PIECE, came);
        assertEquals(List.of(3L * PIECE, 4L * PIECE), asked);
        assertArrayEquals(content, Files.readAllBytes(file(part)));
        asked.clear();
        assertEquals(0, new PartFetch(part, source(content, offset -> false), directory).fetch());
        assertEquals(List.of(), asked);
    }

    @Test
    void aPartThatIsNotWhatItsDigestSaysIsThrownAway() throws Exception {
        byte[] content = FakeImageDriver.layer(3, 2 * PIECE);
        Part part = part(content);
        byte[] wrong = content.clone();
        wrong[PIECE]++;

        IOException refused = assertThrows(
                IOException.class, () -> new PartFetch(part, source(wrong, offset -> false), directory).fetch());

        assertTrue(refused.getMessage().contains("expected: " + part.digest()), refused.getMessage());
        assertEquals(0, PartFetch.present(part, directory));
        new PartFetch(part, source(content, offset -> false), directory).fetch();
        assertArrayEquals(content, Files.readAllBytes(file(part)));
    }

    @Test
    void aBeginningThatIsDamagedOrTooLongIsNotBuiltUpon() throws Exception {
        byte[] content = FakeImageDriver.layer(4, PIECE + 1);
        Part part = part(content);
        Path begun = directory.resolve(part.fileName() + ".part");
        Files.write(begun, new byte[PIECE]);
        assertThrows(
                PartFetch.WrongPartException.class,
                () -> new PartFetch(part, source(content, offset -> false), directory).fetch());
        Files.write(begun, new byte[PIECE + 2]);

        new PartFetch(part, source(content, offset -> false), directory).fetch();

        assertArrayEquals(content, Files.readAllBytes(file(part)));
    }

    @Test
    void aPieceOfAnotherLengthIsRefused() {
        byte[] content = FakeImageDriver.layer(5, 2 * PIECE);
        PartFetch.Source shortened = (digest, offset, bytes) -> CompletableFuture.completedFuture(new byte[bytes - 1]);

        IOException refused =
                assertThrows(IOException.class, () -> new PartFetch(part(content), shortened, directory).fetch());

        assertTrue(refused.getMessage().contains("(expected: " + PIECE + ")"), refused.getMessage());
    }
}
