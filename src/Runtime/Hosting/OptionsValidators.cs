using Microsoft.Extensions.Options;

namespace Orrery.Runtime.Hosting;

/// <summary>Collects what is wrong, so that all of it is shown at once.</summary>
internal sealed class OptionErrors(string options)
{
    private readonly List<string> _errors = [];

    public void Within(string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most) _errors.Add($"{options}.{name} is {value}; it has to be {least} to {most}.");
    }

    public void AtLeast(string name, int value, int least)
    {
        if (value < least) _errors.Add($"{options}.{name} is {value}; it has to be at least {least}.");
    }

    public void Within(string name, int value, int least, int most)
    {
        if (value < least || value > most) _errors.Add($"{options}.{name} is {value}; it has to be {least} to {most}.");
    }

    public void Add(string error) => _errors.Add(error);

    public void NotEmpty(string name, string? value)
    {
        if (string.IsNullOrWhiteSpace(value)) _errors.Add($"{options}.{name} is empty; it needs a value.");
    }

    public void Address(string name, string value)
    {
        int colon = value.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(value.AsSpan(colon + 1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _))
            _errors.Add($"{options}.{name} is \"{value}\"; it has to be host:port, with a port from 0 to 65535.");
    }

    public ValidateOptionsResult Result() => _errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(_errors);
}

internal sealed class SiloOptionsValidator : IValidateOptions<SiloOptions>
{
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, SiloOptions options)
    {
        var errors = new OptionErrors(nameof(SiloOptions));
        errors.NotEmpty(nameof(options.SiloName), options.SiloName);
        errors.Within(nameof(options.ResponseTimeout), options.ResponseTimeout, s_tick, s_day);
        errors.AtLeast(nameof(options.MailboxLimit), options.MailboxLimit, 1);
        errors.Within(nameof(options.CollectionPeriod), options.CollectionPeriod, TimeSpan.FromSeconds(1), s_day);
        errors.Within(nameof(options.CollectionAge), options.CollectionAge, options.CollectionPeriod, TimeSpan.FromDays(365));
        errors.Within(nameof(options.ActivationTimeout), options.ActivationTimeout, s_tick, s_day);
        errors.Within(nameof(options.DeactivationTimeout), options.DeactivationTimeout, s_tick, s_day);
        errors.Within(nameof(options.StorageTimeout), options.StorageTimeout, s_tick, s_day);
        errors.AtLeast(nameof(options.StorageBatchLimit), options.StorageBatchLimit, 1);
        errors.AtLeast(nameof(options.StorageQueueLimit), options.StorageQueueLimit, options.StorageBatchLimit);
        return errors.Result();
    }
}

internal sealed class ClusterOptionsValidator(IOptions<TransportOptions> transport) : IValidateOptions<ClusterOptions>
{
    private const int SecretLengthLeast = 16;

    public ValidateOptionsResult Validate(string? name, ClusterOptions options)
    {
        var errors = new OptionErrors(nameof(ClusterOptions));
        errors.Address(nameof(options.Address), options.Address);
        if (options.AdvertisedAddress is { } advertised) errors.Address(nameof(options.AdvertisedAddress), advertised);
        errors.Within(nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        errors.Within(nameof(options.LeaseMargin), options.LeaseMargin, options.Lease / 10, options.Lease / 2);
        errors.Within(nameof(options.RenewPeriod), options.RenewPeriod, TimeSpan.FromMilliseconds(10), options.Lease / 4);
        errors.Within(nameof(options.WatchPeriod), options.WatchPeriod, TimeSpan.FromMilliseconds(10), options.Lease / 4);
        errors.Within(nameof(options.StoreTimeout), options.StoreTimeout, TimeSpan.FromMilliseconds(10), options.Lease - options.LeaseMargin - TimeSpan.FromMilliseconds(1));
        errors.Within(nameof(options.DrainTimeout), options.DrainTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1));
        errors.AtLeast(nameof(options.ParkedCallsLimit), options.ParkedCallsLimit, 1);
        if (options.Secret is { } secret)
            errors.AtLeast($"{nameof(options.Secret)}.Length", secret.Length, SecretLengthLeast);
        else if (transport.Value.Certificate is null && !(IsLoopback(options.Address) && IsLoopback(options.AdvertisedAddress ?? options.Address)))
            errors.Add($"{nameof(ClusterOptions)}.{nameof(options.Secret)} is missing; a silo that other machines reach (at {options.AdvertisedAddress ?? options.Address}) needs one of at least {SecretLengthLeast} characters, the same in every process, or TransportOptions.Certificate.");
        return errors.Result();
    }

    private static bool IsLoopback(string address)
    {
        string host = address[..Math.Max(0, address.LastIndexOf(':'))].Trim('[', ']');
        return host == "localhost" || (System.Net.IPAddress.TryParse(host, out var ip) && System.Net.IPAddress.IsLoopback(ip));
    }
}

internal sealed class ReminderOptionsValidator : IValidateOptions<ReminderOptions>
{
    public ValidateOptionsResult Validate(string? name, ReminderOptions options)
    {
        var errors = new OptionErrors(nameof(ReminderOptions));
        errors.Within(nameof(options.MinimumPeriod), options.MinimumPeriod, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(365));
        errors.Within(nameof(options.ScanPeriod), options.ScanPeriod, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));
        errors.AtLeast(nameof(options.ScanRowsLimit), options.ScanRowsLimit, 1);
        errors.AtLeast(nameof(options.RunningLimit), options.RunningLimit, 1);
        errors.AtLeast(nameof(options.ReplayLimit), options.ReplayLimit, 1);
        errors.AtLeast(nameof(options.AuditRowsLimit), options.AuditRowsLimit, 1);
        errors.Within(nameof(options.LateAfter), options.LateAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        errors.Within(nameof(options.RetryPeriod), options.RetryPeriod, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1));
        return errors.Result();
    }
}

internal sealed class TransportOptionsValidator : IValidateOptions<TransportOptions>
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_most = TimeSpan.FromMinutes(1);

    public ValidateOptionsResult Validate(string? name, TransportOptions options)
    {
        var errors = new OptionErrors(nameof(TransportOptions));
        errors.Within(nameof(options.FrameBytesLimit), options.FrameBytesLimit, 4 * 1024, 1 << 30);
        errors.Within(nameof(options.SendBytesLimit), options.SendBytesLimit, options.FrameBytesLimit, 1 << 30);
        errors.Within(nameof(options.CallsLimit), options.CallsLimit, 1, 10_000_000);
        errors.Within(nameof(options.HeartbeatPeriod), options.HeartbeatPeriod, s_least, s_most);
        errors.Within(nameof(options.HandshakeTimeout), options.HandshakeTimeout, s_least, s_most);
        errors.AtLeast(nameof(options.HandshakesLimit), options.HandshakesLimit, 1);
        if (options.Certificate is { HasPrivateKey: false }) errors.Add($"{nameof(TransportOptions)}.{nameof(options.Certificate)} has no private key; without it no connection can be secured.");
        return errors.Result();
    }
}
