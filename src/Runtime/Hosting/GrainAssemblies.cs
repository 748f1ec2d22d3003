using System.Reflection;
using Orrery.Runtime.CodeGeneration;

namespace Orrery.Runtime.Hosting;

/// <summary>Finds the assemblies with grains by following references from the entry assembly. Only assemblies that know the engine are loaded.</summary>
internal static class GrainAssemblies
{
    public static IEnumerable<Assembly> Discover()
    {
        if (Assembly.GetEntryAssembly() is not { } entry) return [];
        string engine = typeof(GrainAssemblies).Assembly.GetName().Name!;
        var found = new Dictionary<string, Assembly>(StringComparer.Ordinal);
        var open = new Stack<Assembly>([entry]);
        while (open.TryPop(out var assembly))
        {
            if (!found.TryAdd(assembly.GetName().Name!, assembly)) continue;
            var references = assembly.GetReferencedAssemblies();
            if (!ReferenceEquals(assembly, entry) && references.All(reference => reference.Name != engine)) continue;
            foreach (var reference in references)
            {
                if (IsFrameworks(reference.Name!) || found.ContainsKey(reference.Name!)) continue;
                try
                {
                    open.Push(Assembly.Load(reference));
                }
                catch (FileNotFoundException)
                {
                    // A reference that is only there at build time has no grains.
                }
            }
        }

        return [.. found.Values.Where(assembly => assembly.IsDefined(typeof(GrainManifestAttribute)))];
    }

    private static bool IsFrameworks(string name) =>
        name is "netstandard" or "mscorlib" || name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.", StringComparison.Ordinal);
}
