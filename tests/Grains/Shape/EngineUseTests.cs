using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Orrery.Grains;
using Orrery.Interfaces;

namespace Orrery.Grains.Tests.Shape;

/// <summary>
/// What the compiled contracts and grains name of the engine is on the list of what Microsoft Orleans has too (<c>tests/Runtime/Shape/GrainShape.txt</c>), so that
/// the same source compiles on it. Generated code goes with each engine's own generator and does not count.
/// </summary>
public sealed class EngineUseTests
{
    const string Engine = "Orrery.Runtime";

    /// <summary>The engine's own, for which Orleans.targets names Orleans' counterpart.</summary>
    static readonly HashSet<string> Renamed = ["OverloadedException"];

    [Fact]
    public void Contracts_and_grains_use_nothing_of_the_engine_that_Orleans_lacks()
    {
        var (types, members) = ReadShape();
        var offenders = new List<string>();
        foreach (var assembly in new[] { typeof(EntityKeys).Assembly, typeof(GrainServices).Assembly })
        {
            using var file = new PEReader(File.OpenRead(assembly.Location));
            var metadata = file.GetMetadataReader();
            foreach (var handle in metadata.TypeReferences)
            {
                if (Name(metadata, handle) is { } type && !types.Contains(type))
                    offenders.Add($"{assembly.GetName().Name} uses the type {type}");
            }

            foreach (var handle in metadata.MemberReferences)
            {
                var member = metadata.GetMemberReference(handle);
                if (Parent(metadata, member.Parent) is not { } type || Renamed.Contains(type)) continue;
                string name = Plain(metadata.GetString(member.Name));
                if (!members.Contains($"{type}.{name}")) offenders.Add($"{assembly.GetName().Name} uses {type}.{name}");
            }
        }

        offenders.Distinct().Order(StringComparer.Ordinal).ShouldBeEmpty("these are not listed in GrainShape.txt: has Orleans the same?");
    }

    [Fact]
    public void Contracts_and_grains_name_the_engine_nowhere_in_their_source()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Cluster.sln"))) folder = folder.Parent;
        if (folder is null) Assert.Skip("The tests run apart from the repository: its sources cannot be read.");
        var files = new[] { "Interfaces", "Grains" }.SelectMany(project => Directory.EnumerateFiles(Path.Combine(folder!.FullName, "src", project), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        files.Where(path => File.ReadAllText(path) is var text && (text.Contains(Engine, StringComparison.Ordinal) || text.Contains("Orleans.", StringComparison.Ordinal)))
            .ShouldBeEmpty("which engine it is, the project files say by a global using");
    }

    static (HashSet<string> Types, HashSet<string> Members) ReadShape()
    {
        var types = new HashSet<string>(Renamed);
        var members = new HashSet<string>();
        foreach (string listed in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Shape", "GrainShape.txt")))
        {
            string line = listed.StartsWith("own ", StringComparison.Ordinal) ? "" : listed;
            if (line.Length == 0 || line[0] == '#') continue;
            int dot = line.IndexOf('.', StringComparison.Ordinal), space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space >= 0 && (dot < 0 || space < dot))
            {
                types.Add(Bare(line.Split(" : ")[0].Split(' ')[^1]));
                continue;
            }

            string name = line[(dot + 1)..].Replace("protected ", "", StringComparison.Ordinal);
            members.Add($"{Bare(line[..dot])}.{name[..name.IndexOfAny(['(', ':', '<', ' '])]}");
        }

        return (types, members);
    }

    static string Bare(string type) => type.Split('<')[0];

    /// <summary>A property's name for its accessors, <c>new</c> for constructors.</summary>
    static string Plain(string member) => member switch
    {
        ".ctor" => "new",
        _ when member.StartsWith("get_", StringComparison.Ordinal) || member.StartsWith("set_", StringComparison.Ordinal) => member[4..],
        _ => member,
    };

    /// <summary>The bare name of a type of the engine's namespace for grains; null for others.</summary>
    static string? Name(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        string space = metadata.GetString(type.Namespace);
        if (space != Engine && space.StartsWith(Engine + ".", StringComparison.Ordinal) && space != Engine + ".CodeGeneration") return $"{space}.{metadata.GetString(type.Name)}";
        return space == Engine ? metadata.GetString(type.Name).Split('`')[0] : null;
    }

    static string? Parent(MetadataReader metadata, EntityHandle parent)
    {
        if (parent.Kind == HandleKind.TypeReference) return Name(metadata, (TypeReferenceHandle)parent);
        if (parent.Kind != HandleKind.TypeSpecification) return null;
        // A generic type of given arguments: 0x15 (instance), class or value, the type's number.
        var blob = metadata.GetBlobReader(metadata.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
        if (blob.ReadByte() != 0x15) return null;
        blob.ReadByte();
        var type = blob.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? Name(metadata, (TypeReferenceHandle)type) : null;
    }
}
