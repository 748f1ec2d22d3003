using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Orrery.Runtime.Generator;

/// <summary>A diagnostic that compares by value.</summary>
internal sealed record Finding(DiagnosticDescriptor Rule, string Path, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    public static Finding At(ISymbol symbol, DiagnosticDescriptor rule, params string[] arguments)
    {
        var location = symbol.Locations.FirstOrDefault(static location => location.IsInSource);
        return location is null
            ? new Finding(rule, "", default, default, new(arguments))
            : new Finding(rule, location.SourceTree!.FilePath, location.SourceSpan, location.GetLineSpan().Span, new(arguments));
    }

    public Diagnostic ToDiagnostic() =>
        Diagnostic.Create(Rule, Path.Length == 0 ? Location.None : Location.Create(Path, Span, Lines), Arguments.Cast<object>().ToArray());
}
