using System.Collections.Concurrent;
using System.Reflection;

namespace Orrery.Grains.Streams;

/// <summary>The grain classes that are subscribed to streams by their attribute.</summary>
sealed class ImplicitSubscribers
{
    readonly Lazy<(string GrainType, Type Class, IStreamNamespacePredicate[] Predicates)[]> classes = new(Find);
    readonly ConcurrentDictionary<string, string[]> byNamespace = new(StringComparer.Ordinal);

    /// <summary>Types of the grains that take a namespace's streams; each stream goes to the grain of its key.</summary>
    public IReadOnlyList<string> Of(string streamNamespace) => byNamespace.GetOrAdd(streamNamespace, name =>
        [.. classes.Value.Where(found => found.Predicates.Any(predicate => predicate.IsMatch(name))).Select(static found => found.GrainType)]);

    static (string, Type, IStreamNamespacePredicate[])[] Find() =>
    [
        .. AppDomain.CurrentDomain.GetAssemblies()
            .Where(static assembly => !assembly.IsDynamic && assembly.GetReferencedAssemblies().Any(static reference => reference.Name == typeof(ImplicitStreamSubscriptionAttribute).Assembly.GetName().Name))
            .SelectMany(static assembly => assembly.GetTypes())
            .Where(static type => type is { IsClass: true, IsAbstract: false } && type.IsDefined(typeof(ImplicitStreamSubscriptionAttribute), inherit: true))
            .Select(static type => (TypeOf(type), type, type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>().Select(static attribute => attribute.Predicate).ToArray()))
            .OrderBy(static found => found.Item1, StringComparer.Ordinal),
    ];

    static string TypeOf(Type type)
    {
        if (type.GetCustomAttributesData().FirstOrDefault(static data => data.AttributeType.Name == "GrainTypeAttribute") is { ConstructorArguments: [{ Value: string given }] }) return given;
        string name = type.Name.Length > 5 && type.Name.EndsWith("Grain", StringComparison.Ordinal) ? type.Name[..^5] : type.Name;
        return name.ToLowerInvariant();
    }
}
