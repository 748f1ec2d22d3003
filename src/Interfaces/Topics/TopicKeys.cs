using System.Globalization;

namespace Orrery.Interfaces.Topics;

/// <summary>The keys of topics' partitions: <c>topic/number</c>.</summary>
public static class TopicKeys
{
    public static string Partition(string topic, int number) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{number}");

    /// <summary>The name of a tenant's topic: both with a dot between them. A dot of the tenant's id is doubled; names begin with a letter or digit, so two tenants never share a topic.</summary>
    public static string OfTenant(string tenant, string name) => $"{tenant.Replace(".", "..", StringComparison.Ordinal)}.{name}";

    /// <summary>Takes a partition's key apart.</summary>
    /// <exception cref="FormatException">It is no such key.</exception>
    public static (string Topic, int Number) Parse(string key)
    {
        int slash = key.LastIndexOf('/');
        return slash > 0 && int.TryParse(key.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (key[..slash], number)
            : throw new FormatException($"'{key}' is no partition of a topic: write topic/number.");
    }
}
