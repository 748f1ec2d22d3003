using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Orrery.Runtime.Tests.Generator;

public sealed class GeneratorTests
{
    private const string Head = """
        using System.Threading;
        using System.Threading.Tasks;
        using Orrery.Runtime;
        namespace Test;
        public class Note { public int Count { get; set; } }

        """;

    [Theory]
    [InlineData("ORR001", "public interface IA : IGrainWithStringKey { void Do(); }")]
    [InlineData("ORR001", "public interface IA : IGrainWithStringKey { int Do(); }")]
    [InlineData("ORR001", "public interface IA : IGrainWithStringKey { System.Collections.Generic.IAsyncEnumerable<int> Do(); }")]
    [InlineData("ORR001", "public interface IA : IGrainObserver { void Hear(); }")]
    [InlineData("ORR002", "public interface IA : IGrainWithStringKey { Task Do(ref int value); }")]
    [InlineData("ORR002", "public interface IA : IGrainWithStringKey { Task Do(out int value); }")]
    [InlineData("ORR002", "public interface IA : IGrainWithStringKey { Task Do(in int value); }")]
    [InlineData("ORR003", "public interface IA : IGrainWithStringKey { Task Do<T>(T value); }")]
    [InlineData("ORR004", "public interface IA : IGrainWithStringKey { int Value { get; } }")]
    [InlineData("ORR004", "public interface IA : IGrainWithStringKey { event System.Action Changed; }")]
    [InlineData("ORR004", "public interface IA : IGrainWithStringKey { static Task Do() => Task.CompletedTask; }")]
    [InlineData("ORR005", "public interface IA<T> : IGrainWithStringKey { Task Do(T value); }")]
    [InlineData("ORR006", "public class Outer { private interface IA : IGrainWithStringKey { Task Do(); } }")]
    [InlineData("ORR006", "file interface IA : IGrainWithStringKey { Task Do(); }")]
    [InlineData("ORR007", "public interface IA : IGrainWithStringKey { [OneWay] Task<int> Do(); }")]
    [InlineData("ORR008", "public interface IA : IGrainWithStringKey { } public class A : Grain, IA { private A() { } }")]
    [InlineData("ORR008", "public interface IA : IGrainWithStringKey { } public class A : Grain, IA { public A() { } public A(IGrainFactory factory) { } }")]
    [InlineData("ORR009", "public interface IA : IGrainWithStringKey { } public class A(IPersistentState<Note> note) : Grain, IA { public int N => note.State.Count; }")]
    [InlineData("ORR009", "public interface IA : IGrainWithStringKey { } public class A([PersistentState(\"n\")] Note note) : Grain, IA { public Note N => note; }")]
    [InlineData("ORR010", "public interface IA : IGrainWithStringKey { } public record S(int X); public class A([PersistentState(\"n\")] IPersistentState<S> note) : Grain, IA { public S N => note.State; }")]
    [InlineData("ORR011", "public interface IA : IGrainWithStringKey { } [StatelessWorker] public class A([PersistentState(\"n\")] IPersistentState<Note> note) : Grain, IA { public Note N => note.State; }")]
    [InlineData("ORR012", "public class A : Grain { }")]
    [InlineData("ORR013", "public interface IA : IGrainWithStringKey { } public class A<T> : Grain, IA { }")]
    [InlineData("ORR014", "public interface IA : IGrainWithStringKey { [ResponseTimeout(\"soon\")] Task Do(); }")]
    [InlineData("ORR015", "public interface IA : IGrainWithStringKey { } public class A([PersistentState(\"n\")] IPersistentState<Note> a, [PersistentState(\"n\")] IPersistentState<Note> b) : Grain, IA { public int N => a.State.Count + b.State.Count; }")]
    public void What_the_engine_cannot_carry_is_an_error_at_its_place(string id, string source)
    {
        var (_, findings) = Run(source);
        var finding = findings.ShouldHaveSingleItem();
        finding.Id.ShouldBe(id);
        finding.Severity.ShouldBe(DiagnosticSeverity.Error);
        finding.Location.IsInSource.ShouldBeFalse(); // a plain file position, so that the pipeline's cache holds no syntax trees
        finding.Location.GetLineSpan().Path.ShouldBe("Test.cs");
    }

    [Fact]
    public void Generated_code_compiles_without_warnings_for_whatever_an_interface_may_hold()
    {
        var (compilation, findings) = Run("""
            internal interface IBase : IGrain { Task<string?> Say(string? text, params int[] numbers); }
            internal interface IA : IGrainWithStringKey, IBase, IRemindable
            {
                Task Do(int @class, CancellationToken cancellationToken = default);
                ValueTask @event((int Left, string? Right) pair);
                ValueTask<System.Collections.Generic.Dictionary<string, Note?[]>> Many(System.Func<int, Task<int>> work, object o, dynamic d);
                Task<int> Overloaded();
                Task<int> Overloaded(int a0);
                [OneWay] ValueTask Tell(Note note);
                [ReadOnly, AlwaysInterleave, ResponseTimeout("00:00:05")] Task<(int, int)> Read();
                Task<int> WithBody(int x) => Overloaded(x);
            }
            internal class Outer { internal interface INested : IGrainWithStringKey { Task Do(); } internal sealed class Nested : Grain, INested { public Task Do() => Task.CompletedTask; } }
            internal sealed partial class A([PersistentState("n", "m")] IPersistentState<Note> note, [PersistentState("k")] IPersistentState<int> count, IGrainContext context, IGrainFactory factory, System.IServiceProvider services, string name = "x") : Grain, IA
            {
                public Task<string?> Say(string? text, params int[] numbers) => Task.FromResult<string?>(text + name + note.State.Count + count.State + context.GrainId + factory + services);
                public Task Do(int @class, CancellationToken cancellationToken) => Task.CompletedTask;
                public ValueTask @event((int Left, string? Right) pair) => default;
                public ValueTask<System.Collections.Generic.Dictionary<string, Note?[]>> Many(System.Func<int, Task<int>> work, object o, dynamic d) => new([]);
                public Task<int> Overloaded() => Task.FromResult(0);
                public Task<int> Overloaded(int a0) => Task.FromResult(a0);
                public ValueTask Tell(Note note) => default;
                public Task<(int, int)> Read() => Task.FromResult((1, 2));
            }
            internal sealed partial class A : Grain { public Task ReceiveReminder(string reminderName, TickStatus status) => Task.CompletedTask; }
            """);
        findings.ShouldBeEmpty();
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("public Task Do() => Task.Delay(1).ContinueWith(_ => { });")]
    [InlineData("public Task Do() => Task.Factory.StartNew(() => { });")]
    [InlineData("public Task Do() => Task.Delay(1).ContinueWith(_ => 5).ContinueWith(_ => { }, TaskScheduler.Default);", 2)]
    [InlineData("public async Task Do() { await Task.Run(() => { }); await Task.Delay(1); }", 0)]
    public async Task Continuations_that_would_leave_the_turn_are_errors_in_grains_only(string method, int expected = 1)
    {
        var source = $"public interface IA : IGrainWithStringKey {{ Task Do(); }} public class A : Grain, IA {{ {method} }} public class NoGrain {{ {method} }}";
        var analyzers = Compile(source).WithAnalyzers([new Orrery.Runtime.Generator.TurnAnalyzer()]);
        var findings = await analyzers.GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        findings.Select(finding => finding.Id).ShouldBe(Enumerable.Repeat("ORR016", expected));
    }

    [Fact]
    public void An_assembly_without_grains_gets_nothing()
    {
        var (compilation, findings) = Run("public interface INoGrain { void Do(); } public class Plain { }");
        findings.ShouldBeEmpty();
        compilation.SyntaxTrees.Count().ShouldBe(1);
    }

    [Fact]
    public void An_edit_elsewhere_leaves_the_cached_models_alone()
    {
        var generator = CSharpGeneratorDriver.Create([new Orrery.Runtime.Generator.GrainGenerator().AsSourceGenerator()], driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        var compilation = Compile("public interface IA : IGrainWithStringKey { Task Do(); }");
        var driver = generator.RunGenerators(compilation);
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("class Elsewhere { }", path: "Other.cs")));
        var outputs = driver.GetRunResult().Results.Single().TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs);
        outputs.ShouldAllBe(output => output.Reason == IncrementalStepRunReason.Cached || output.Reason == IncrementalStepRunReason.Unchanged);
    }

    private static (Compilation Compilation, ImmutableArray<Diagnostic> Findings) Run(string source)
    {
        CSharpGeneratorDriver.Create(new Orrery.Runtime.Generator.GrainGenerator())
            .RunGeneratorsAndUpdateCompilation(Compile(source), out var compilation, out var findings);
        return (compilation, findings);
    }

    private static CSharpCompilation Compile(string source)
    {
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path));
        var tree = CSharpSyntaxTree.ParseText(Head + source, new CSharpParseOptions(LanguageVersion.Latest), "Test.cs");
        return CSharpCompilation.Create("Test", [tree], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }
}
