using Orrery.Storage.Tests.Sqlite;
using Xunit.Runner.InProc.SystemConsole;

namespace Orrery.Storage.Tests;

/// <summary>The tests, or, started by one of them as another process, that process's part.</summary>
static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        [OtherProcess.WriteUntilKilled, var directory] => OtherProcess.WriteUntilKilledAsync(directory),
        [OtherProcess.HoldOpen, var directory] => OtherProcess.HoldOpenAsync(directory),
        [OtherProcess.HoldLock, var directory] => OtherProcess.HoldLockAsync(directory),
        [SharedFileTests.OwnUntilKilled, var argument] => SharedFileTests.OwnUntilKilledAsync(argument),
        _ => ConsoleRunner.Run(arguments),
    };
}
