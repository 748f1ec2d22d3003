using Microsoft.Extensions.DependencyInjection;
using Orrery.Log;
using Orrery.Log.Embedded;
using Orrery.Log.Kafka;

namespace Orrery.Silo;

/// <summary>Where the log is, as it is written on a command line.</summary>
public static class LogAddress
{
    const string Scheme = "kafka://";

    /// <summary>How it is written, for help and errors.</summary>
    public const string Form = "kafka://HOST:PORT[,HOST:PORT...][/PREFIX][?SETTING=VALUE&...]";

    /// <summary>Reads the address of a Kafka cluster: brokers, what is put before each topic's name, and settings by librdkafka's names.</summary>
    /// <exception cref="FormatException">It is none; the message does not repeat its settings, which may hold a password.</exception>
    public static KafkaLogOptions Parse(string address)
    {
        if (!address.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw new FormatException($"The log's address does not begin with {Scheme}. Write {Form}, or leave it out for segment files.");
        string rest = address[Scheme.Length..];
        int question = rest.IndexOf('?', StringComparison.Ordinal), slash = rest.IndexOf('/', StringComparison.Ordinal);
        int placeEnd = question < 0 ? rest.Length : question;
        string brokers = rest[..(slash >= 0 && slash < placeEnd ? slash : placeEnd)];
        string prefix = slash >= 0 && slash < placeEnd ? rest[(slash + 1)..placeEnd] : "";
        foreach (string broker in brokers.Split(','))
        {
            int colon = broker.LastIndexOf(':');
            if (colon < 1 || !ushort.TryParse(broker.AsSpan(colon + 1), out _)) throw new FormatException($"'{broker}' in the log's address is no broker. Write {Form}.");
        }

        if (prefix.Any(static letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('.' or '-' or '_'))) throw new FormatException($"'{prefix}' in the log's address cannot stand before topics' names: use letters, digits, '.', '-' and '_'.");
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string pair in question < 0 ? [] : rest[(question + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1) throw new FormatException($"A setting in the log's address has no value. Write {Form}.");
            settings[Uri.UnescapeDataString(pair[..equals])] = Uri.UnescapeDataString(pair[(equals + 1)..]);
        }

        return new KafkaLogOptions { BootstrapServers = brokers, TopicPrefix = prefix, Settings = settings };
    }

    /// <summary>What tells this log from others, without its settings; null for segment files, which carry an identity of their own.</summary>
    internal static string? IdentityOf(SiloSettings settings) =>
        settings.Log is { } address && Parse(address) is var kafka ? $"{Scheme}{string.Join(',', kafka.BootstrapServers.Split(',').Order(StringComparer.Ordinal))}/{kafka.TopicPrefix}" : null;

    /// <summary>Registers the log that the settings name.</summary>
    internal static void AddLog(this IServiceCollection services, SiloSettings settings, string directory)
    {
        if (settings.Log is { } address)
        {
            var kafka = Parse(address);
            services.AddKafkaLog(_ => kafka);
        }
        else
        {
            services.AddEmbeddedLog(_ => new EmbeddedLogOptions { Directory = directory, Owner = settings.Cluster is { } member ? $"silo {member.SiloName}" : null });
        }
    }
}
