using System.Runtime.InteropServices;

namespace Orrery.Runtime;

/// <summary>A clock that only moves forward, at its own machine's rate, and counts the time that the machine was suspended. Never compared between machines.</summary>
internal abstract partial class LeaseClock
{
    /// <summary>Time since some moment in the past.</summary>
    public abstract TimeSpan Now { get; }

    public static LeaseClock System { get; } = OperatingSystem.IsLinux() ? new BootTimeClock() : new TickCountClock();

    /// <summary>Linux: CLOCK_BOOTTIME. (CLOCK_MONOTONIC, which .NET's timestamps read, stands still during suspend.)</summary>
    private sealed partial class BootTimeClock : LeaseClock
    {
        private const int ClockBootTime = 7;

        public override TimeSpan Now
        {
            get
            {
                if (GetTime(ClockBootTime, out var time) != 0) throw new InvalidOperationException($"clock_gettime(CLOCK_BOOTTIME) failed with errno {Marshal.GetLastPInvokeError()}; without it no lease can be kept.");
                return new TimeSpan(time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / 100);
            }
        }

        [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = false)]
        [SuppressGCTransition]
        private static partial int GetTime(int clock, out TimeSpec time);

        private struct TimeSpec
        {
            public long Seconds;
            public long Nanoseconds;
        }
    }

    /// <summary>Windows and macOS, where the tick count goes on during suspend.</summary>
    private sealed class TickCountClock : LeaseClock
    {
        public override TimeSpan Now => TimeSpan.FromMilliseconds(Environment.TickCount64);
    }
}
