using Microsoft.Extensions.Options;
using Orrery.Runtime.Hosting;

namespace Orrery.Runtime.Tests.Transport;

public enum Colour : short
{
    Red = 1,
    Green = -2,
}

public sealed record Parcel(string Name, IReadOnlyList<int> Numbers, IReadOnlyDictionary<string, double> Weights, Parcel? Inner = null);

public sealed record Letter(string Text, IRelayGrain? From, IRelayListener? Back, ReadOnlyMemory<byte> Bytes);

/// <summary>A grain whose calls cross processes in these tests.</summary>
public interface IRelayGrain : IGrainWithStringKey
{
    ValueTask<int> Add(int value);

    ValueTask<int> AddLater(int value);

    /// <summary>The name of the silo that runs it.</summary>
    Task<string> Where();

    Task<string?> Echo(string? text);

    Task<byte[]?> EchoBytes(byte[]? bytes);

    Task<byte[]> Fill(int count);

    Task<Parcel?> EchoParcel(Parcel? parcel);

    Task<string> Describe(
        bool truth, byte small, sbyte signed, short two, ushort positive, char letter, int four, uint unsigned, long eight, ulong large, float single, double real, decimal money,
        Guid id, DateTime time, DateTimeOffset moment, TimeSpan span, Colour colour, int? none, Colour? some, ReadOnlyMemory<byte> bytes);

    Task<IRelayGrain> Other(string key);

    Task<int> AddThrough(IRelayGrain other, int value);

    Task<string> Open(Letter letter);

    Task Throw(string kind);

    /// <summary>Waits until the token is cancelled, and tells the test by its key.</summary>
    Task WaitUntilCancelled(CancellationToken cancellationToken);

    [ResponseTimeout("00:00:01")]
    Task WaitForOneSecond(CancellationToken cancellationToken);

    /// <summary>Waits until the test opens the gate of this key.</summary>
    Task<int> Hold();

    [OneWay]
    Task Tell(string word);

    Task<string?> LastTold();
}

public interface IRelayListener : IGrainObserver
{
    Task<string> Hear(string word);
}

public interface IRelayWorkerGrain : IGrainWithStringKey
{
    Task<string> Where();
}

/// <summary>What a test and a grain of another silo in the same process share.</summary>
internal static class RelayEvents
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource> s_events = new();

    public static TaskCompletionSource Of(string name) => s_events.GetOrAdd(name, static _ => Clusters.Signal());
}

[StatelessWorker(2)]
public sealed class RelayWorkerGrain(IOptions<SiloOptions> options) : Grain, IRelayWorkerGrain
{
    public Task<string> Where() => Task.FromResult(options.Value.SiloName);
}

public sealed class RelayGrain(IOptions<SiloOptions> options) : Grain, IRelayGrain
{
    private int _sum;
    private string? _told;

    public ValueTask<int> Add(int value) => new(_sum += value);

    public async ValueTask<int> AddLater(int value)
    {
        await Task.Yield();
        return _sum += value;
    }

    public Task<string> Where() => Task.FromResult(options.Value.SiloName);

    public Task<string?> Echo(string? text) => Task.FromResult(text);

    public Task<byte[]?> EchoBytes(byte[]? bytes) => Task.FromResult(bytes);

    public Task<byte[]> Fill(int count) => Task.FromResult(new byte[count]);

    public Task<Parcel?> EchoParcel(Parcel? parcel) => Task.FromResult(parcel);

    public Task<string> Describe(
        bool truth, byte small, sbyte signed, short two, ushort positive, char letter, int four, uint unsigned, long eight, ulong large, float single, double real, decimal money,
        Guid id, DateTime time, DateTimeOffset moment, TimeSpan span, Colour colour, int? none, Colour? some, ReadOnlyMemory<byte> bytes) =>
        Task.FromResult(FormattableString.Invariant(
            $"{truth} {small} {signed} {two} {positive} {letter} {four} {unsigned} {eight} {large} {single} {real} {money} {id} {time:O} {moment:O} {span} {colour} {none} {some} {Convert.ToHexString(bytes.Span)}"));

    public Task<IRelayGrain> Other(string key) => Task.FromResult(GrainFactory.GetGrain<IRelayGrain>(key));

    public async Task<int> AddThrough(IRelayGrain other, int value) => await other.Add(value);

    public async Task<string> Open(Letter letter) =>
        $"{letter.Text} from {letter.From?.GetPrimaryKeyString()} {Convert.ToHexString(letter.Bytes.Span)} {(letter.Back is null ? "nobody" : await letter.Back.Hear(letter.Text))}";

    public async Task Throw(string kind)
    {
        await Task.Yield();
        throw kind switch
        {
            "own" => new RelayException("shelf", 7, "The shelf is full."),
            "argument" => new ArgumentException("It is wrong.", nameof(kind)),
            "foreign" => new System.Net.WebException("The web is down."),
            "nested" => new InvalidOperationException("outer", new RelayException("inner", 1, "within")),
            "cancelled" => new OperationCanceledException("I gave up."),
            _ => new ArgumentOutOfRangeException(nameof(kind), kind, "own, argument, foreign, nested or cancelled"),
        };
    }

    public async Task WaitUntilCancelled(CancellationToken cancellationToken)
    {
        string key = this.GetPrimaryKeyString();
        RelayEvents.Of(key + " begun").TrySetResult();
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        }
        finally
        {
            RelayEvents.Of(key + " cancelled").TrySetResult();
        }
    }

    public Task WaitForOneSecond(CancellationToken cancellationToken) => WaitUntilCancelled(cancellationToken);

    public async Task<int> Hold()
    {
        string key = this.GetPrimaryKeyString();
        RelayEvents.Of(key + " begun").TrySetResult();
        await RelayEvents.Of(key + " gate").Task;
        return ++_sum;
    }

    public Task Tell(string word)
    {
        _told = word;
        RelayEvents.Of(this.GetPrimaryKeyString() + " told").TrySetResult();
        return Task.CompletedTask;
    }

    public Task<string?> LastTold() => Task.FromResult(_told);
}

/// <summary>An exception with values of its own.</summary>
public sealed class RelayException(string shelf, int places, string message) : Exception(message)
{
    public string Shelf { get; } = shelf;

    public int Places { get; } = places;
}
