using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Irsa.Credentials.Campaign;

/// <summary>What can go wrong with the machine, and how a sample has to be started so that it can.</summary>
internal sealed record MachineFault(CampaignFault Fault)
{
    private const string Sts = "sts.campaign.example";

    public static MachineFault None { get; } = new(CampaignFault.None);

    /// <summary>Gets the words before the sample's command.</summary>
    public Func<Life, IReadOnlyList<string>> Launcher { get; init; } = static _ => [];

    /// <summary>Gets a library that is loaded into the sample.</summary>
    public string? Preload { get; init; }

    public Func<Life, IEnumerable<KeyValuePair<string, string>>> Variables { get; init; } = static _ => [];

    /// <summary>Gets a value indicating whether the requests follow each other, so that the load needs no further descriptor, and one request meets a stepped clock first.</summary>
    public bool IsSequential { get; init; }

    /// <summary>Gets a value indicating whether no request may fail at all: STS and token are as they should be, only the time is not.</summary>
    public bool EachFailureCounts { get; init; }

    /// <summary>
    /// Gets how often S3 may refuse a request for its time. When a clock is set right again, the SDK takes the skew that it had learned from that very refusal,
    /// and does not repeat the request; credentials have no part in it.
    /// </summary>
    public int RefusedForTime { get; init; }

    /// <summary>All of them that can be done here; the others are named on the console.</summary>
    public static IEnumerable<MachineFault> All()
    {
        yield return new MachineFault(new CampaignFault("stopped for longer than a session", static life => life.Sample.Stop(), static life => life.Sample.Continue()) { CanBeCold = false, SteadyFor = Timing.Session + TimeSpan.FromSeconds(10) })
        {
            EachFailureCounts = true,
        };
        yield return new MachineFault(new CampaignFault("no file descriptor left", static life => life.Sample.LimitFiles(life.Sample.OpenFiles), static life => life.Sample.LimitFiles(1024)) { CanBeCold = false })
        {
            IsSequential = true,
        };
        foreach (var (name, step) in new[] { ("clock steps an hour ahead", "+3600"), ("clock steps an hour back", "-3600"), ("clock steps a day ahead", "+86400"), ("clock steps a day back", "-86400") })
        {
            if (Permissions.FakeTime is { } library)
            {
                yield return Clock(name, step, library);
            }
            else
            {
                Console.WriteLine($"left out, libfaketime is not installed: {name}");
            }
        }

        if (Permissions.CanMount)
        {
            yield return Names("name of STS gone", answers: true);
            yield return Names("name server silent", answers: false);
        }
        else
        {
            Console.WriteLine("left out, mounts are not permitted: names gone, disk full");
        }
    }

    private static MachineFault Clock(string name, string step, string library) => new(new CampaignFault(name, life => File.WriteAllText(Clock(life), step), static life => File.WriteAllText(Clock(life), "+0")))
    {
        EachFailureCounts = true,
        IsSequential = true,
        RefusedForTime = 3,
        Preload = library,
        Variables = life =>
        {
            if (!File.Exists(Clock(life)))
            {
                File.WriteAllText(Clock(life), "+0");
            }

            return new Dictionary<string, string> { ["FAKETIME_TIMESTAMP_FILE"] = Clock(life), ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1", ["FAKETIME_DONT_RESET"] = "1" };
        },
    };

    private static string Clock(Life life) => Path.Combine(life.Directory, "clock");

    /// <summary>The name of STS stands in a hosts file of the sample's own. Where it is gone, a name server on a loopback address refuses or stays silent.</summary>
    private static MachineFault Names(string name, bool answers) => new(new CampaignFault(name, static life => File.WriteAllText(Hosts(life), "127.0.0.1 localhost\n"), static life => File.WriteAllText(Hosts(life), $"127.0.0.1 localhost {Sts}\n")))
    {
        Launcher = life =>
        {
            if (!File.Exists(Hosts(life)))
            {
                File.WriteAllText(Hosts(life), $"127.0.0.1 localhost {Sts}\n");
            }

            var server = answers ? IPAddress.Parse("127.0.0.77") : SilentServer.Value;
            var resolver = Path.Combine(life.Directory, "resolv.conf");
            File.WriteAllText(resolver, $"nameserver {server}\n");
            return ["unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /etc/hosts && mount --bind \"$1\" /etc/resolv.conf && shift && exec \"$@\"", Hosts(life), resolver];
        },
        Variables = static life => new Dictionary<string, string>
        {
            ["AWS_ENDPOINT_URL_STS"] = string.Create(CultureInfo.InvariantCulture, $"http://{Sts}:{life.Aws.Sts.Endpoint.Port}"),
            ["Irsa__AllowUnencryptedSts"] = "true",
        },
    };

    private static string Hosts(Life life) => Path.Combine(life.Directory, "hosts");

    /// <summary>An address that takes queries and answers none.</summary>
    private static readonly Lazy<IPAddress> SilentServer = new(static () =>
    {
        var address = IPAddress.Parse("127.0.0.78");
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 53));
        return address;
    });
}
