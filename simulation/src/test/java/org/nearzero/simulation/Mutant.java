package org.nearzero.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * The simulation over code with one bug planted: a source file of the product is copied, one text in it is replaced, and it is compiled
 * and loaded in place of the real one.
 */
final class Mutant {
    private final Path classes;

    /**
     * Plants a bug.
     *
     * @param source the source file, seen from the top of the project
     * @param right what stands there, exactly once
     * @param wrong what takes its place
     * @param directory for what is made
     */
    Mutant(String source, String right, String wrong, Path directory) throws IOException {
        Path original = Path.of("..").resolve(source);
        String text = Files.readString(original);
        assertEquals(
                1,
                occurrences(text, right),
                "of \"" + right + "\" in " + source + ": the bug is planted elsewhere now");
        Path copy = directory.resolve(original.getFileName());
        Files.writeString(copy, text.replace(right, wrong));
        classes = Files.createDirectory(directory.resolve("classes"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        int status = compiler.run(
                null,
                null,
                null,
                "-proc:none",
                "-nowarn",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                copy.toString());
        assertEquals(0, status, "it compiles with the bug");
    }

    private static int occurrences(String text, String part) {
        return (text.length() - text.replace(part, "").length()) / part.length();
    }

    /** What the first law that breaks says, in so many seeds at most; empty if none does. */
    Optional<String> found(int seeds) {
        try (URLClassLoader loader = loader()) {
            Class<?> run = loader.loadClass(Run.class.getName());
            var constructor = run.getDeclaredConstructor(long.class);
            constructor.setAccessible(true);
            var go = run.getDeclaredMethod("go");
            go.setAccessible(true);
            for (long seed = 1; seed <= seeds; seed++) {
                Object one = constructor.newInstance(seed);
                try {
                    go.invoke(one);
                } catch (InvocationTargetException e) {
                    assertTrue(
                            e.getCause().getClass().getName().equals(LawBrokenException.class.getName()),
                            "not a law: " + e.getCause());
                    return Optional.of(e.getCause().getMessage());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All of the project's classes anew, those with the bug before the others. */
    private URLClassLoader loader() throws MalformedURLException {
        List<URL> path = new ArrayList<>();
        path.add(classes.toUri().toURL());
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            path.add(Path.of(entry).toUri().toURL());
        }
        return new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }
}
