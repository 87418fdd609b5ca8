//! Words of log messages by what they do in a sentence: one table, and a set of classes for each word.
//!
//! Most classes are closed (prepositions, auxiliaries, units). The open ones hold what log messages begin with and lead to
//! values with; a word that one program happens to log has no place here.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::work;

/// What a word can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Leads to a value and dangles without it.
    Preposition,
    /// Stands in front of a noun.
    Determiner,
    /// Stands between two parts of equal rank.
    Conjunction,
    /// A form of "be" and "have", or a modal verb: what precedes it is a subject.
    Auxiliary,
    /// Joins a subject and a value only.
    Copula,
    /// Says how another verb is meant.
    Modal,
    /// A verb in a form that neither `-ed` nor `-ing` gives away.
    PastVerb,
    /// A verb of the third person that is hardly ever a noun of the plural.
    ThirdPerson,
    /// A verb in its base form; most are nouns as well.
    BaseVerb,
    /// A verb in its base form that is as often a noun.
    NounOrVerb,
    /// Goes with a verb, and ends the noun before it.
    Adverb,
    /// Says what a noun is like.
    Adjective,
    /// An adjective or a noun in `-ing` or `-ed`.
    NoVerb,
    /// Neither thing nor doing: it names no value.
    Filler,
    /// "to" after it leads to a verb: `failed to`.
    TakesInfinitive,
    /// A unit of quantities.
    Unit,
    /// Introduces a value by its role and says nothing more.
    Role,
    /// A property of the thing that the sentence is about, which a clause of its own may name: `with args {}`.
    Property,
    /// A participle that only leads to a preposition: `located at`.
    Placing,
    /// How much of something there is.
    Length,
    /// A verb that leads to how long something took.
    Measuring,
    /// What distinguishes one thing of a kind from another.
    Identity,
    /// A sentence with a subject of its own begins after it.
    LeadsSentence,
    /// Stands for a noun.
    Pronoun,
    /// A preposition that introduces how something is done, not what is done to which thing.
    Manner,
    /// Says that something went wrong.
    Failure,
    /// Holds things that have names of their own: `in namespace {}`.
    Scope,
    /// An acronym that messages write in small letters.
    Acronym,
    /// Things of which there are many, although the word is a verb of the third person as well: `cache hits`.
    Things,
    /// Says how sure a number is: `about {} rows`.
    Approximation,
}

use Class::*;

#[rustfmt::skip]
const LEXICON: &[(Class, &str)] = &[
    (Preposition, "about above across after against along among around as at because before behind below between beyond by \
        despite due during except for from given in including inside into like of off on onto out outside over per since \
        than through to toward towards under until up upon using versus via vs with within without"),
    (Manner, "as at by through using via with"),
    (Determiner, "a an both either its neither that the their these this those whose"),
    (Conjunction, "although and but if nor or so then though unless when where whether which while yet"),
    (LeadsSentence, "because if once unless when whether while"),
    (Auxiliary, "am are aren't can can't cannot could couldn't did didn't do does doesn't don't had has hasn't have haven't is \
        isn't may might must need needs shall should shouldn't was wasn't were weren't will won't would wouldn't"),
    (Copula, "are be being equals is was were"),
    (Modal, "can could may might must shall should will would"),
    (PastVerb, "already became began begun bound broke broken brought built came caught chose chosen did died done drew exists fails \
        fell felt forgot found froze gave gone got grew heard held kept knew known led left lost made meant met not overrode \
        overwrote ran returns rose said sank saw seen sent shut slept spoke started still stole stood stuck successfully \
        taken taught thought threw thrown told took understood went woke won written wrote"),
    (ThirdPerson, "accepts adds advertises allows announces appears appends applies arrives asks assumes becomes \
        begins believes belongs carries claims comes compares connects consists contains covers creates decides \
        denies depends detects differs disables disagrees disappears disconnects discovers elects emits enables \
        encounters enqueues ensures enters equals exceeds expects expires fails finds finishes follows forbids \
        generates gets gives goes happens holds ignores implies includes indicates initiates invokes joins keeps \
        knows lacks leads lies lives loses makes needs notifies obtains occurs offers overlaps overrides owns \
        performs permits points prevents produces provides publishes reaches receives refers refuses rejects rejoins \
        relies remains removes replaces requires resolves responds says seems sees sends serves spawns speaks \
        specifies submits subscribes succeeds suggests supports takes tells terminates thinks tries uses validates \
        verifies wants wins writes"),
    (BaseVerb, "abort accept access accumulate achieve acknowledge acquire activate adapt add adjust advance \
        advertise allocate allow amend analyze annotate announce append apply approve archive arrange ask assemble \
        assert assign associate assume attach attempt attest authenticate authorize await backfill begin bind block \
        bootstrap bring broadcast build bump cache calculate calibrate call cancel cap cast catch change check \
        checkpoint choose classify clean cleanup clear clone close coalesce collect combine commit compact compare \
        compile complete compose compress compute concatenate configure confirm connect consolidate construct \
        consume contact contain continue contribute convert coordinate copy count create customize cut deactivate \
        deallocate decide decode decommission decompress decrement decrypt deduplicate defer define deflate \
        defragment delay delegate delete deliver demote deny depend deploy deprecate deregister derive describe \
        deserialize destroy detach detect determine diagnose disable disallow discard disconnect discover dispatch \
        dispose disregard distribute divide do donate download drain drop dump eject elect emit emulate enable \
        encode encrypt enforce enlarge enqueue enrich enroll ensure enter enumerate escape establish estimate \
        evaluate evict examine exceed exchange exclude execute exist exit expand expect expire explain export \
        expose extend extract fail fetch fill filter finalize find finish fix flatten flush follow force fork \
        format forward free fulfill gather generate get give go grant grow handle hash hold identify ignore \
        impersonate implement import improve include increase increment index indicate infer inherit initialize \
        initiate inject insert inspect install instantiate instruct intercept interpolate interpret interrupt \
        introduce invalidate invite invoke isolate issue iterate join keep kill launch lease leave limit link list \
        listen load locate lock log look lookup lose maintain make manage map mark marshal match materialize \
        measure merge migrate mkdir modify monitor mount move multiply mutate navigate negotiate normalize notify \
        observe obtain occur offload open operate override overwrite pack park parse pass patch pause perform \
        persist pick pin ping place plan poll pop populate post postpone prefetch prepare prepend preserve prevent \
        print prioritize probe proceed process produce promote propagate propose protect provide provision proxy \
        prune publish pull purge push put query queue quit raise read realize reassign rebalance rebuild \
        recalculate receive reclaim recognize recompute reconcile reconfigure reconnect reconstruct record recover \
        recreate recycle redeem redirect redistribute reduce refill refresh refuse regenerate register reissue \
        reject relay release reload relocate remap remember remount remove rename render renegotiate renew reopen \
        reorder repair repeat replace replay replicate reply report represent reproduce request requeue require \
        reschedule reserve reset resize resolve respawn respond restart restore restrict resubmit resume retain \
        retire retransmit retrieve retry return reuse reveal reverse revert review revoke rewrite rollback rotate \
        route run sample satisfy save scale scan schedule scrape search seek select send serialize serve set setup \
        share shrink shutdown sign simulate skip sleep snapshot solve sort spawn specify spill split start stash \
        stat stay steal stop store stream submit subscribe subtract succeed suggest supply support suppress suspend \
        swap switch sync synchronize synthesize take tear terminate test throttle trace track trade transact \
        transcode transfer transform transition translate transmit traverse treat trigger trim truncate try tune \
        unblock undo unfreeze uninstall unlink unload unlock unmap unmarshal unmount unpack unpause unpin \
        unregister unset unsubscribe unwind unwrap unzip update upgrade upload upsert use validate verify visit \
        wait wake walk want warn watch wipe withdraw wrap write yield"),
    (NounOrVerb, "access archive attempt block broadcast bump cache call cap cast catch change check checkpoint clean cleanup close \
        commit contact convert copy count cut delay do drain drop dump escape exchange export extract fetch fill filter \
        finish fix flush force fork format forward go grant handle hash hold import increase increment index insert interrupt issue join \
        keep kill launch lease leave limit link list load lock log look lookup make map mark match measure merge monitor mount \
        move open pack park parse pass patch pause pick ping pin place plan poll pop post prefetch print probe process produce \
        prompt proxy pull push put query queue quit raise read record redirect release reload rename repair replay reply report \
        request reserve reset resize restart restore retry return reverse review rollback route run sample save scale scan \
        schedule scrape search send serve set setup share shutdown sign skip sleep snapshot sort spill split start stash stat stay \
        stop store stream supply support swap switch sync tear test throttle trace track trade transfer transform transition \
        treat trigger trim try tune update upgrade upload use visit wait wake walk watch wrap write yield"),
    (Adverb, "afresh again ago almost already also always anew anymore anyway automatically away back currently \
        directly down elsewhere eventually finally first here however immediately instead just later \
        manually maybe meanwhile nearby never no-longer not now often once only possibly probably properly \
        recently soon still successfully therefore today together tomorrow tonight too twice yesterday yet"),
    (Adjective, "able absent active additional all another any available bad big broken busy canonical clean cold complete \
        consistent correct corrupt current custom daily dead deep default different dirty duplicate dynamic each eligible empty \
        enough every exact explicit external extra fake false fast few final first foreign free fresh full general generic good \
        healthy hidden high hot idle illegal inactive incomplete inconsistent incorrect initial inner insecure internal invalid \
        irrelevant known large last late latest leaf least left little live local long low main major malformed many max maximum min \
        minimum minor missing more most multiple native negative new newer next nil no non-existent none normal null obsolete odd old \
        older open orphaned optional orphan other outdated outer own partial past pending positive possible potential present previous \
        primary prior private proper public quick random raw ready real recent redundant regular remote rest right safe same \
        secondary secure separate several short similar simple single slow small some spare special specific stable stale static strange \
        strict such sufficient suitable temporary tiny total true unable unavailable unaware unchanged unclean unexpected unhandled \
        unhealthy unique unknown unnamed unrecognized unreachable unready unsafe unstable unsupported unused upper usable useless \
        usual valid various very weird whole wrong zero"),
    (NoVerb, "advanced aforementioned ahead building corresponding embed elapsed existing expected failed feed feeding following \
        given heading incoming keyring king matching meaning missing naming need needed nothing offline opening ordering outgoing padding \
        pending ping prefixed provided red remaining requested ring routing running seed setting shed sibling speed spring string \
        thing timing training unexpected unused warning wedding wing seeding embedding encoding mapping binding"),
    (Filler, "again all also another any anything back bad both each else ever every everything few first he here however i \
        invalid it just last less maybe more most never new next no none nothing now old once only other others please same \
        several some such there they too unknown very we yet you"),
    (Pronoun, "he i it nothing she something there they we which who you"),
    (TakesInfinitive, "able about allowed asked asking attempt attempted attempting attempts begin continue continuing decided \
        expected expecting expects fail failed failing fails failure forced going had has have having how impossible likely need \
        needed needs not nothing order possible ready refuse refused refuses refusing required safe starting supposed tried tries \
        try trying unable unlikely used waiting want wanted wants willing"),
    (Unit, "b bps byte bytes cm days fps gb gbps gib gigabytes hours hz k kb kbps kg khz kib km m mb mbps megabytes mhz mib micros microseconds millis \
        milliseconds mins minutes mm ms msec mv mw nanos nanoseconds ns percent rpm s sec second seconds secs tb tbps tib times us usec µs μs"),
    (Role, "address args capacity cause code count data depth details duration e elapsed err error errors exception expected got \
        height id index key len length name new old output path reason response result size source stat state status stderr \
        stdout target time type url value version width"),
    (Property, "address arg args argument arguments code config configuration cost count delay depth duration error flag flags \
        format fstype height id index input interval key keys latency length level limit lsn mode mask offset option options \
        output parameters params payload period port priority properties protocol reason request response result retention \
        revision score seed seq sequence settings size spec state status step strategy tag term timeout timestamp ttl type uid \
        url value values version weight width"),
    (Placing, "based belonging called identified located named situated stored"),
    (Length, "count len length size total"),
    (Measuring, "spent takes taking took"),
    (Identity, "id ids name names number uuid uid"),
    (Failure, "abort aborted bad broken cannot corrupt corrupted denied dropped exceeded exception illegal impossible incorrect \
        invalid lost malformed mismatch missing no not panic panicked rejected refused timeout unable unavailable unexpected \
        unknown unreachable unsupported without wrong"),
    (Scope, "bucket database group namespace project region store table tenant zone"),
    (Acronym, "acl amqp api arp bgp btrfs cidr cli cpu crc crd cri csi dbus dhcp dns ebpf elf ffi fifo fuse gc gpu grpc gui hid hls \
        http http2 https icmp id io ip ipc ipfs ipv4 ipv6 irc jit json jwt k8s ldap lsp mdns mqtt nat nfs nbd ntp oauth oci oidc os pci \
        pd pid png posix quic raft rpc rtp rtsp s3 sdl sdp sftp smtp sni soa sql ssh sse ssl stun svg tar tcp tls tui turn udp ui uri \
        url usb uuid vfs vm vnc vsock wal wasm wgpu ws xdp xml yaml zfs zip zmq"),
    (Approximation, "about almost approx approximately around circa nearly roughly somewhere"),
    (Things, "accesses answers attempts blocks calls changes checks connects crashes deletes downloads drops dumps errors events evicts \
        exits faults files fills flags forks gets hits hooks inputs inserts joins keys labels leases limits links lists loads locks \
        logs marks matches measures merges misses mounts needs notes orders outputs packs parts patches pings places plans ports \
        posts processes programs projects pulls pushes puts queries queues reads rebuilds records refs reloads repeats replies \
        reports requests resets restarts results retries returns routes runs saves scans searches seeks sends sets shares signals \
        sorts starts states stops stores streams swaps switches syncs tags tasks tests threads times traces transfers tries turns \
        types updates uploads uses values views waits writes \
        args arguments bytes cells channels children cities clients columns commands connections contents counts details devices \
        dirs entries errors features fields functions headers ids indexes indices items jobs lines members messages metrics modes \
        modules namespaces nodes objects offsets options packages packets pages parameters params paths pods pools properties \
        replicas rows rules sectors segments servers services sessions sizes slots stats steps tables threads tokens users"),
];

static CLASSES: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
    let mut classes: HashMap<&'static str, u32> = HashMap::new();
    for (class, words) in LEXICON {
        for word in words.split_ascii_whitespace() {
            *classes.entry(word).or_default() |= 1 << (*class as u32);
        }
    }
    classes
});

/// Whether a word is of a class, in whatever letters it is written.
pub(super) fn is(class: Class, word: &str) -> bool {
    work::count(1);
    let set = match word.contains(char::is_uppercase) {
        true => CLASSES.get(word.to_lowercase().as_str()),
        false => CLASSES.get(word),
    };
    set.is_some_and(|set| set & (1 << (class as u32)) != 0)
}

/// Whether a word only holds a sentence together: it names no thing, no state and no value.
pub(crate) fn is_function_word(word: &str) -> bool {
    [Preposition, Determiner, Conjunction, Auxiliary, Modal, Adverb, Pronoun, Unit]
        .into_iter()
        .any(|class| is(class, word))
}
