using Orrery.Agent.Logs;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Agent.Tests.Logs;

/// <summary>A process that follows log files and ships them into a folder until it is killed; it says "shipped" after each batch.</summary>
static class TailingProcess
{
    public const string Argument = "--tail-until-killed";

    public static int Run(string logs, string state, string lake)
    {
        using var store = new FolderObjectStore(lake, TimeProvider.System);
        var options = new LogChannelOptions
        {
            Sources = [new LogSource { Name = "erp", Paths = [Path.Combine(logs, "*.log*")] }],
            Folder = state,
            PollInterval = TimeSpan.FromMilliseconds(10),
            ScanInterval = TimeSpan.FromMilliseconds(20),
            BatchAge = TimeSpan.FromMilliseconds(20),
        };
        using LogChannel channel = LogChannel.OpenAsync(options, "server-1", [new ObjectLogShipper(store, ""), new Saying()], TimeProvider.System, _ => { }, default).AsTask().GetAwaiter().GetResult();
        channel.RunAsync(default).GetAwaiter().GetResult();
        return 0;
    }

    sealed class Saying : ILogShipper
    {
        public ValueTask ShipAsync(OutboxBatch batch, CancellationToken cancellationToken)
        {
            Console.Out.WriteLine("shipped");
            Console.Out.Flush();
            return default;
        }
    }
}
