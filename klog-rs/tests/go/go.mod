module values

go 1.26.0

require (
	go.uber.org/zap v1.27.1
	k8s.io/component-base v0.37.0-beta.0
	k8s.io/klog/v2 v2.140.0
)
