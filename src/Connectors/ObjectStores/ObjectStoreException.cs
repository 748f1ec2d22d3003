namespace Orrery.Connectors.ObjectStores;

/// <summary>A store refused something or could not be reached; the message says what was tried, on which object of which store.</summary>
public class ObjectStoreException(string message, bool mayPass, Exception? inner = null) : IOException(message, inner)
{
    /// <summary>Whether the same call can work later without anybody changing anything: an outage rather than a refusal.</summary>
    public bool MayPass { get; } = mayPass;
}

/// <summary>There is no object of that name.</summary>
public sealed class ObjectMissingException(string name, string address, Exception? inner = null)
    : ObjectStoreException($"There is no object '{name}' in {address}.", mayPass: false, inner);
