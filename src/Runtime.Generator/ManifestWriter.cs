using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Orrery.Runtime.Generator;

/// <summary>Writes the list of an assembly's grain interfaces and classes.</summary>
internal static class ManifestWriter
{
    public static string Write(IReadOnlyList<InterfaceModel> interfaces, IReadOnlyList<ClassModel> classes, string generatedNamespace)
    {
        var text = new StringBuilder();
        text.Append(Writing.Head).Append($"[assembly: {Names.Code}GrainManifestAttribute(typeof({generatedNamespace}.Manifest))]\n\nnamespace {generatedNamespace};\n\n")
            .Append(Writing.Generated).Append($"internal sealed class Manifest : {Names.Code}GrainManifest\n{{\n");
        text.Append($"    public override global::System.Collections.Generic.IEnumerable<{Names.Code}GrainInterface> Interfaces =>\n    [\n");
        foreach (var model in interfaces)
            text.Append($"        new(typeof({model.FullName}), static address => new {ReferenceWriter.ClassName(model)}(address), {ReferenceWriter.ClassName(model)}.Methods),\n");
        text.Append($"    ];\n\n    public override global::System.Collections.Generic.IEnumerable<{Names.Code}GrainClass> Classes =>\n    [\n");
        foreach (var model in classes) text.Append(WriteClass(model));
        return text.Append("    ];\n}\n").ToString();
    }

    private static string WriteClass(ClassModel model) =>
        $"        new(typeof({model.FullName}), {Names.Literal(model.GrainType)}, {Names.Code}GrainClassOptions.{(model.IsReentrant ? "Reentrant" : "None")}, {model.WorkersLimit},\n" +
        $"            [{string.Join(", ", model.Interfaces.Select(static type => $"typeof({type})"))}],\n" +
        $"            static activator => new {model.FullName}({string.Join(", ", model.Arguments)})),\n";
}
