using System.Linq;
using Microsoft.CodeAnalysis;

namespace Orrery.Runtime.Generator;

/// <summary>How the engine's types are recognised, and how types are written in generated code.</summary>
internal static class Names
{
    private const string Engine = "Orrery.Runtime";
    public const string Code = "global::Orrery.Runtime.CodeGeneration.";

    public static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    /// <summary>Full names without the nullability of references: they name methods on the wire.</summary>
    public static readonly SymbolDisplayFormat Plain = SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    public static string? Alias(this ISymbol symbol) => symbol.EnginesAttribute("Alias") is { ConstructorArguments: { Length: 1 } arguments } ? arguments[0].Value as string : null;

    public static string FullName(this ITypeSymbol type) => type.ToDisplayString(Full);

    public static string PlainName(this ISymbol symbol) => symbol.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat);

    public static bool IsEngines(this ITypeSymbol? type, string name, int arity = 0) =>
        type is INamedTypeSymbol named && named.Name == name && named.Arity == arity && named.ContainingType is null &&
        named.ContainingNamespace?.ToDisplayString() == Engine;

    public static bool IsRootInterface(ITypeSymbol type) =>
        type.IsEngines("IAddressable") || type.IsEngines("IGrain") || type.IsEngines("IGrainWithStringKey") || type.IsEngines("IGrainObserver") || type.IsEngines("IGrainExtension");

    public static bool IsGrainInterface(this ITypeSymbol type) =>
        type.TypeKind == TypeKind.Interface && !IsRootInterface(type) && type.AllInterfaces.Any(static parent => parent.IsEngines("IGrain") || parent.IsEngines("IGrainObserver") || parent.IsEngines("IGrainExtension"));

    /// <summary>Whether calls through the interface go to an object beside the grain's.</summary>
    public static bool IsExtension(this INamedTypeSymbol type) => type.AllInterfaces.Any(static parent => parent.IsEngines("IGrainExtension"));

    public static AttributeData? EnginesAttribute(this ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass.IsEngines(name + "Attribute"));

    public static bool IsIn(this ITypeSymbol? type, string containingNamespace, string name) =>
        type is not null && type.Name == name && type.ContainingNamespace?.ToDisplayString() == containingNamespace;

    /// <summary>Whether generated code of the same assembly can name the type.</summary>
    public static bool IsReachable(this INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
            if (current.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal) || current.IsFileLocal) return false;
        return true;
    }

    public static string Identifier(string text) => new(text.Select(static letter => char.IsLetterOrDigit(letter) ? letter : '_').ToArray());

    public static string Literal(string? text) => text is null ? "null" : Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(text, quote: true);
}
