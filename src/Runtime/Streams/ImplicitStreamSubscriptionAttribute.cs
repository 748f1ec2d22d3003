namespace Orrery.Runtime;

/// <summary>Grains of this class are subscribed to every stream of a namespace: the stream's key is the grain's.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public class ImplicitStreamSubscriptionAttribute : Attribute
{
    public ImplicitStreamSubscriptionAttribute(string streamNamespace) => Predicate = new ExactMatchStreamNamespacePredicate(streamNamespace);

    /// <summary>Which namespaces.</summary>
    public IStreamNamespacePredicate Predicate { get; }
}

/// <summary>Chooses namespaces of streams.</summary>
public interface IStreamNamespacePredicate
{
    bool IsMatch(string streamNamespace);

    /// <summary>The choice as text.</summary>
    string PredicatePattern { get; }
}

internal sealed class ExactMatchStreamNamespacePredicate(string streamNamespace) : IStreamNamespacePredicate
{
    public string PredicatePattern => $"namespace:{streamNamespace}";

    public bool IsMatch(string candidate) => string.Equals(streamNamespace, candidate, StringComparison.Ordinal);
}
