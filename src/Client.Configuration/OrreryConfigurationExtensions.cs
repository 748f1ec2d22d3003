using Microsoft.Extensions.Configuration;

namespace Orrery.Client.Configuration;

/// <summary>Adds Orrery's configuration to an application's.</summary>
public static class OrreryConfigurationExtensions
{
    /// <summary>
    /// Values of documents as keys of <c>IConfiguration</c>: <c>/database/port</c> is <c>database:port</c>, items of lists are numbered. They are reloaded as they change; a later document goes before an earlier one. Without the
    /// cloud the local copy holds.
    /// </summary>
    /// <param name="builder">The application's.</param>
    /// <param name="configure">Where from, as whom, which documents. The format is the provider's own affair.</param>
    /// <param name="startTimeout">How long a first start, which has no local copy yet, waits for the cloud. Null: 10 s.</param>
    /// <exception cref="ArgumentException">The options cannot be used.</exception>
    public static IConfigurationBuilder AddOrrery(this IConfigurationBuilder builder, Action<ConfigurationClientOptions> configure, TimeSpan? startTimeout = null)
    {
        var options = new ConfigurationClientOptions();
        configure(options);
        options.Format = "properties";
        return builder.Add(new Source(new OrreryConfigurationProvider(new ConfigurationClient(options), options.Documents, startTimeout ?? TimeSpan.FromSeconds(10))));
    }

    sealed class Source(OrreryConfigurationProvider provider) : IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => provider;
    }
}
