using System.Collections.Immutable;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Orrery.Runtime.Generator;

/// <summary>
/// For each grain interface a class of references, for each grain class a line of the assembly's manifest. Where a type has findings, they are
/// reported and nothing is generated for it.
/// </summary>
[Generator]
public sealed class GrainGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var interfaces = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is InterfaceDeclarationSyntax { BaseList: not null },
                static (syntax, stop) => syntax.SemanticModel.GetDeclaredSymbol(syntax.Node, stop) is INamedTypeSymbol type ? InterfaceReader.Read(type) : null)
            .Where(static model => model is not null).Select(static (model, _) => model!);
        var classes = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is ClassDeclarationSyntax,
                static (syntax, stop) => syntax.SemanticModel.GetDeclaredSymbol(syntax.Node, stop) is INamedTypeSymbol type ? ClassReader.Read(type) : null)
            .Where(static model => model is not null).Select(static (model, _) => model!);
        var generatedNamespace = context.CompilationProvider.Select(static (compilation, _) => "OrreryGenerated." + Names.Identifier(compilation.AssemblyName ?? "Assembly"));

        context.RegisterSourceOutput(interfaces.Collect().Combine(classes.Collect()).Combine(generatedNamespace),
            static (output, all) => Write(output, all.Left.Left, all.Left.Right, all.Right));
    }

    private static void Write(SourceProductionContext output, ImmutableArray<InterfaceModel> interfaces, ImmutableArray<ClassModel> classes, string generatedNamespace)
    {
        foreach (var finding in interfaces.SelectMany(static model => model.Findings).Concat(classes.SelectMany(static model => model.Findings)).Distinct())
            output.ReportDiagnostic(finding.ToDiagnostic());
        // A partial type has several declarations, each of which yields the same model.
        var goodInterfaces = interfaces.Where(static model => model.Findings.Count == 0).GroupBy(static model => model.FullName).Select(static group => group.First())
            .OrderBy(static model => model.FullName, System.StringComparer.Ordinal).ToList();
        var goodClasses = classes.Where(static model => model.Findings.Count == 0).GroupBy(static model => model.FullName).Select(static group => group.First())
            .OrderBy(static model => model.FullName, System.StringComparer.Ordinal).ToList();
        if (goodInterfaces.Count == 0 && goodClasses.Count == 0) return;
        foreach (var model in goodInterfaces)
            output.AddSource(Names.Identifier(model.PlainName) + ".g.cs", SourceText.From(ReferenceWriter.Write(model, generatedNamespace), Encoding.UTF8));
        output.AddSource("GrainManifest.g.cs", SourceText.From(ManifestWriter.Write(goodInterfaces, goodClasses, generatedNamespace), Encoding.UTF8));
    }
}
