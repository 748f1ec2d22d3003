using System.Globalization;

namespace Orrery.EndToEnd.Tests.Chaos;

/// <summary>What the processes of the chaos are told through their environment.</summary>
static class ChaosSettings
{
    public const string SiloRole = "chaos-silo", WebRole = "chaos-web";
    public const string Store = "CHAOS_STORE", Name = "CHAOS_NAME", Address = "CHAOS_ADDRESS", Advertise = "CHAOS_ADVERTISE", Lease = "CHAOS_LEASE_SECONDS", Secret = "CHAOS_SECRET";

    public static string Read(string variable) =>
        Environment.GetEnvironmentVariable(variable) ?? throw new InvalidOperationException($"The variable {variable} is missing: this role is started by the chaos tests.");

    public static TimeSpan ReadLease() => TimeSpan.FromSeconds(double.Parse(Read(Lease), CultureInfo.InvariantCulture));
}
